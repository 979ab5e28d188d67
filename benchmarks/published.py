"""Where the formulas of the others were read: what each prints is in peers.json."""

__all__ = ["PUBLISHED"]

PUBLISHED = {
    "pgtune": ("le0pard/pgtune", "7caef27"),
    "timescaledb-tune": ("timescale/timescaledb-tune", "c7a642b"),
    "pgconfig": ("pgconfig/api", "6cd37be"),
    "pgAssistant": ("beh74/pgassistant-community", "432342a"),
    "KubeDB": ("kubedb/docs", "dd66a58"),
    "KubeBlocks": ("apecloud/kubeblocks-addons", "ce67f5a"),
    "Tembo": ("tembo-io/tembo", "6959a11"),
    "Spilo": ("zalando/spilo", "7cb50bd"),
    "StackGres": ("ongres/stackgres", "085f6d0"),
    "Batteries Included": ("batteries-included/batteries-included", "07d3503"),
    "sclorg": ("sclorg/postgresql-container", "134bb39"),
    "Fly": ("fly-apps/postgres-flex", "d263c9e"),
    "Canonical": ("canonical/postgresql-k8s-operator", "59f9b59"),
    "pg_configurator": ("TantorLabs/pg_configurator", "5354aa7"),
    "Ubicloud": ("ubicloud/ubicloud", "ec43e7b"),
}
"""By the name of the peer: the repository at GitHub, and the commit."""
