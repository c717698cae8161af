"""Settings from a TOML file, the environment and credential files; anything odd is refused in one line.

A value is looked up in this order: the environment (RESERVPOST_MAILBOX__PASSWORD), a credential file of the
same name in $CREDENTIALS_DIRECTORY (mailbox__password), then the TOML file.
"""

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from service.errors import SettingsError, explain
from service.limits import Limits
from service.staff import Staff

Address = Annotated[str, StringConstraints(pattern=r"^[^\s@<>]+@[a-z0-9.-]+\.[a-z]{2,}$", to_lower=True)]
Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", to_lower=True)]
Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Port = Annotated[int, Field(ge=1, le=65_535)]
Seconds = Annotated[float, Field(gt=0, le=3_600)]

PLACES = (Path("settings.toml"), Path("/etc/reservpost/settings.toml"))
REGION_AND_MUNICIPALITIES = (
    "regionvarmland.se", "arvika.se", "eda.se", "filipstad.se", "forshaga.se", "grums.se", "hagfors.se",
    "hammaro.se", "karlstad.se", "kil.se", "kristinehamn.se", "munkfors.se", "storfors.se", "sunne.se",
    "saffle.se", "torsby.se", "arjang.se",
)  # fmt: skip
"""Region Värmland and its sixteen municipalities, whose web domains are their names without diacritics."""

UNSET = Limits()
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def _web_address(address: str) -> str:
    """Refuse a port that no server has: urlsplit says so only when it is asked for it."""
    try:
        urlsplit(address).port  # noqa: B018 -- asking is the test
    except ValueError:
        raise ValueError("har en port som ingen server kan ha") from None
    return address


WebAddress = Annotated[
    str, StringConstraints(pattern=r"^https?://[^\s/?#@]+([/?]\S*)?$"), AfterValidator(_web_address)
]


def _host(name: str) -> str:
    """Refuse what no resolver takes: it would be no name to look up, but a fault deep inside a library."""
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError("är inget namn på en server") from None


Host = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^\S*$"), AfterValidator(_host)
]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DeskSettings(_Section):
    """Who answers: shown in every letter."""

    name: str = "Hjälpmedelsservice"
    address: Address
    phone: str = Field(min_length=5, description="the number that prescribers ring")


class MailboxSettings(_Section):
    """The IMAP mailbox that is watched. `tls` "none" is allowed only on this machine itself."""

    host: Host
    port: Port = 993
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    ca_file: Path | None = None
    user: str
    password: SecretStr = Field(min_length=1)
    inbox: str = "INBOX"
    folder: str = Field(default="Reservpost", pattern=r"^[^/.\\]+$")
    poll_seconds: Seconds = 30
    timeout_seconds: Seconds = 30
    chunk: int = Field(default=50, ge=1, le=500)


class PostSettings(_Section):
    """The SMTP server that takes the letters; TLS is always demanded."""

    host: Host
    port: Port = 587
    tls: Literal["starttls", "implicit"] = "starttls"
    ca_file: Path | None = None
    user: str = ""
    password: SecretStr = SecretStr("")
    timeout_seconds: Seconds = 30
    letters_per_hour: int = Field(default=20, ge=1, le=1_000)


class TrustSettings(_Section):
    """Whose mail may be accepted and answered.

    With `authserv_id` set, only an Authentication-Results header of that server, saying that DMARC or an
    aligned DKIM passed, makes a sender trusted; without it the domain of From is believed as it stands, which
    is right only where the mail server itself refuses forged mail from these domains.
    """

    domains: tuple[Domain, ...] = Field(default=REGION_AND_MUNICIPALITIES, min_length=1)
    authserv_id: str = ""


class StaffSettings(_Section):
    """Who at Hjälpmedelsservice gets digests and reminders, and may register by answering them."""

    purchasers: tuple[Address, ...] = ()
    operations_managers: tuple[Address, ...] = ()
    unit_managers: tuple[Address, ...] = ()
    technicians: tuple[Address, ...] = ()

    def staff(self) -> Staff:
        """Return the value that the rooms read."""
        return Staff(self.purchasers, self.operations_managers, self.unit_managers, self.technicians)


class DigestSettings(_Section):
    """When purchasers are told what waits; times are Swedish."""

    times: tuple[Clock, ...] = ("07:30", "12:00", "15:00")
    only_when_changed: bool = True
    urgent_at_once: bool = True
    urgent_rest_minutes: int = Field(default=10, ge=0, le=240)


class ProbeSettings(_Section):
    """Whether each system's own address is asked if it is up; `declares` lets the answer itself decide."""

    enabled: bool = False
    addresses: dict[Literal["sesam2", "websesam", "visma-websesam"], WebAddress] = {}
    every_seconds: Seconds = 60
    timeout_seconds: Seconds = 10
    failures: int = Field(default=5, ge=1, le=1_000)
    successes: int = Field(default=5, ge=1, le=1_000)
    declares: bool = False


class DisposalSettings(_Section):
    """The disposal decision (gallringsbeslut) that lets mails be deleted; without `name` nothing ever is.

    `days` counts from a mail's arrival.
    """

    name: str = ""
    reference: str = ""
    days: int = Field(default=0, ge=0, le=36_500)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.name or self.reference or self.days) and not (self.name and self.reference and self.days):
            raise ValueError("ange name, reference och days för gallringsbeslutet, eller inget av dem")
        return self


class RegisterSettings(_Section):
    """What the imported registers decide; with `require_known` what they do not hold goes to a person."""

    require_known: bool = False


class ScreeningSettings(_Section):
    """What screening uses beside its own recognizers: a spaCy pipeline for Swedish, by package or folder."""

    engine: str = ""


class LimitSettings(_Section):
    """How much of one mail is read, and how long; see `service.limits.Limits` for what each means."""

    mail_bytes: int = Field(default=UNSET.mail_bytes, ge=100_000, le=200_000_000)
    seconds: int = Field(default=UNSET.seconds, ge=5, le=600)
    memory_bytes: int = Field(default=UNSET.memory_bytes, ge=500_000_000)
    workers: int = Field(default=2, ge=1, le=32)

    def limits(self) -> Limits:
        """Return the value that the rooms read."""
        return Limits(mail_bytes=self.mail_bytes, seconds=self.seconds, memory_bytes=self.memory_bytes)


class Settings(BaseSettings):
    """Everything that a site decides."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix="RESERVPOST_", env_nested_delimiter="__"
    )

    intake: Literal["in_outage", "always"] = "in_outage"
    state_folder: Path
    rules_folder: Path | None = None
    desk: DeskSettings
    mailbox: MailboxSettings
    post: PostSettings
    trust: TrustSettings = TrustSettings()
    staff: StaffSettings = StaffSettings()
    digest: DigestSettings = DigestSettings()
    probe: ProbeSettings = ProbeSettings()
    disposal: DisposalSettings = DisposalSettings()
    registers: RegisterSettings = RegisterSettings()
    screening: ScreeningSettings = ScreeningSettings()
    limits: LimitSettings = LimitSettings()

    @field_validator("mailbox")
    @classmethod
    def _plain_only_at_home(cls, mailbox: MailboxSettings) -> MailboxSettings:
        if mailbox.tls == "none" and mailbox.host not in LOOPBACK:
            raise ValueError('tls = "none" är tillåtet bara för en mailserver på samma maskin')
        return mailbox

    @property
    def ledger_path(self) -> Path:
        """The SQLite file of the ledger."""
        return self.state_folder / "ledger.db"

    @property
    def registers_path(self) -> Path:
        """The folder of the imported registers."""
        return self.state_folder / "registers"

    @property
    def heartbeat_path(self) -> Path:
        """The file in which the daemon tells how it is."""
        return self.state_folder / "heartbeat.json"

    @property
    def rules(self) -> Path:
        """The folder of rules: as set, or the one that came with the program."""
        return self.rules_folder or shipped_rules()


def shipped_rules() -> Path:
    """Return the folder of rules that came with the program: beside the source, or installed under share/."""
    import sys

    beside = Path(__file__).parent.parent / "rules"
    return beside if beside.is_dir() else Path(sys.prefix) / "share" / "reservpost" / "rules"


def settings_path(given: Path | None) -> Path:
    """Return the file to read: as given, from RESERVPOST_SETTINGS, or the first usual place that has one."""
    if given is not None:
        return given
    if named := os.environ.get("RESERVPOST_SETTINGS"):
        return Path(named)
    found = next((place for place in PLACES if place.is_file()), None)
    if found is None:
        places = " eller ".join(str(place) for place in PLACES)
        raise SettingsError(f"ingen inställningsfil: ange --settings FIL, eller lägg den i {places}")
    return found


def load_settings(path: Path) -> Settings:
    """Return the settings; SettingsError names the file, the key and what is allowed."""
    content, credentials = _content(path), _credentials()

    class _FromFile(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],  # noqa: ARG003
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            secrets = NestedSecretsSettingsSource(
                file_secret_settings,
                secrets_dir=credentials,
                secrets_nested_delimiter="__",
                secrets_prefix="",
            )
            return env_settings, secrets, init_settings

    try:
        return _FromFile(**content)
    except ValidationError as error:
        raise SettingsError(f"{path}: {_explained(error)}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{credentials}: en fil där är inte UTF-8; skriv den på nytt") from None
    except ValueError as error:
        field = re.search(r'field "(\w+)"', str(error))
        variable = f"RESERVPOST_{field[1].upper()}…" if field else "RESERVPOST_…"
        raise SettingsError(f"{variable} i omgivningen: är inte giltig JSON; rätta variabeln") from None


def _content(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise SettingsError(f"{path}: filen finns inte; utgå från deploy/settings.example.toml")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SettingsError(f"{path}: är inte giltig TOML ({error})") from None


def _credentials() -> Path | None:
    """Return the folder of credential files that systemd names, if any."""
    named = os.environ.get("CREDENTIALS_DIRECTORY")
    if named and not Path(named).is_dir():
        raise SettingsError(f"{named}: ingen mapp, fast CREDENTIALS_DIRECTORY anger den; rätta variabeln")
    return Path(named) if named else None


def _explained(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"{key}: okänd inställning; tillåtna här är {', '.join(_siblings(first['loc']))}"
    return f"{key}: {explain(first['type'], first.get('ctx', {}), first['msg'])}"


def _siblings(place: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = Settings
    for part in place[:-1]:
        inner = model.model_fields[str(part)].annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return list(model.model_fields)
