"""For maintainers: resolve Apache Kafka's jars and write `jgo.lock.toml` (`make lock`)."""

from pathlib import Path
from tempfile import TemporaryDirectory

from jgo.env import EnvironmentBuilder, LockedDependency
from jgo.maven import MavenContext

from deploy.local.jars import LOCK

KAFKA_VERSION = "4.4.0"
COORDINATES = (
    f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}",
    # Named beside it: the mediation would take an older client from a parent's management section.
    f"org.apache.kafka:kafka-clients:{KAFKA_VERSION}",
    "org.slf4j:slf4j-simple:1.7.36",
)
HEADER = "# Written by `make lock`: every jar of Apache Kafka with its SHA-256, no addresses.\n"


def main() -> None:
    """Write the lock file anew; takes 15 to 25 seconds."""
    with TemporaryDirectory() as room:
        context = MavenContext(repo_cache=Path(room) / "maven", timeout=120)
        builder = EnvironmentBuilder(context=context, cache_dir=Path(room) / "jgo")
        resolved = builder.from_endpoint("+".join(COORDINATES)).lockfile
        if resolved is None:
            raise SystemExit("jgo resolved the jars but gave no lock file; nothing was changed")
        jars = sorted(resolved.dependencies, key=lambda jar: (jar.groupId, jar.artifactId))
        LOCK.write_text(HEADER + "".join(map(_entry, jars)))


def _entry(jar: LockedDependency) -> str:
    return (
        "\n[[dependencies]]\n"
        f'groupId = "{jar.groupId}"\nartifactId = "{jar.artifactId}"\n'
        f'version = "{jar.version}"\nsha256 = "{jar.sha256}"\n'
    )


if __name__ == "__main__":
    main()
