"""What is known of the container: read from options and from the cgroup this process runs in."""
