"""Clusters as a sheet: these rows, this filter, harmless, and in again without a loss."""

import io
from datetime import date
from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from contracts.declarations import ClusterDeclared
from contracts.reference import ecosystems
from contracts.registry import ClusterProfile
from contracts.vocabulary import (
    ClusterState,
    LegalId,
    LegalIdScheme,
    Mark,
    Names,
    Place,
    Recognition,
    Region,
    RegionScheme,
)
from services.chassis import sheets
from services.chassis.database import Sessions
from services.chassis.intake import Intake
from services.registry.clusters.model import Cluster
from services.registry.exports.sheet import COLUMNS, lines_of
from services.registry.imports.fields import FIELD_LIST, Kind, fields_of
from services.registry.imports.reading import Sheet, read
from tests.registry.builders import (
    LESIA,
    LVIV,
    MAREK,
    TARAS,
    a_cluster,
    a_profile,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn
from tests.registry.imports import judged

EXPORT = "/registry/clusters/export"
BRNO = Place(
    country="CZ",
    region=Region(scheme=RegionScheme.NUTS, code="CZ064"),
    settlement="Brno",
    name="Dům, který stojí; za řekou",
    street="Cejl 1",
    postcode="602 00",
    lat=49.2002,
    lon=16.6078,
)
KHARKIV = Place(
    country="UA",
    region=Region(scheme=RegionScheme.KATOTTG, code="UA63120270010096107"),
    settlement="Харків",
)
FULL = a_profile(
    short_name="LIT",
    seat=KHARKIV,
    operating_place=BRNO,
    languages=("uk", "en", "pl"),
    further_ecosystems=("health", "energy-intensive"),
    nace=("62.01", "62.02"),
    technologies=("micro, nano", 'so-called "AI"', '"quoted"', "a;b", "C"),
    s3_areas=("Health, food and care",),
    machine_translated=("en", "de"),
    services={"en": "=1+1", "uk": "Навчання; проєкти", "de": "Beratung:\nalles"},
    recognition=Recognition(programme="Klaster+", document="No. 5", until_day=date(2028, 1, 31)),
    partner_regions=(
        BRNO.region,
        KHARKIV.region,
        LVIV.region,
    ),
    staff_fte=4.125,
    dual_use=True,
)

# no letters that spell UTF-8 read as a code page, which an import asks about
LETTERS = st.sampled_from("abXYZ019 .,;:'\"-()&/абвгджзклмнопрстуфхцчшщюя")
TEXT = st.text(LETTERS, min_size=1, max_size=30).map(str.strip).filter(bool)
FREE = TEXT.filter(lambda text: text[0] not in "=+-@'")
FEW = st.lists(TEXT, max_size=4).map(tuple)
SPOT = st.none() | st.floats(-90, 90).map(lambda degrees: round(degrees, 6))
PLACES = st.builds(
    lambda place, lat, lon, **texts: place.model_copy(update={"lat": lat, "lon": lon, **texts}),
    st.sampled_from([LVIV, KHARKIV]),
    lat=SPOT,
    lon=SPOT,
    settlement=FREE,
    name=st.none() | TEXT,
    street=st.none() | FREE,
    postcode=st.none() | TEXT,
)
REGIONS = st.sampled_from([BRNO.region, KHARKIV.region, LVIV.region])
PROFILES = st.builds(
    a_profile,
    names=st.builds(Names, original=FREE, en=FREE),
    short_name=st.none() | FREE,
    legal_form=FREE,
    established=st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    seat=PLACES,
    operating_place=st.none() | PLACES | st.just(BRNO),
    languages=st.lists(st.sampled_from(["uk", "en", "de", "zh-Hant"]), unique=True).map(tuple),
    ecosystem=st.sampled_from(sorted(ecosystems())),
    further_ecosystems=st.lists(st.sampled_from(sorted(ecosystems())), max_size=3).map(tuple),
    nace=FEW,
    technologies=FEW,
    s3_areas=FEW,
    web=st.just("") | TEXT,
    staff_fte=st.floats(0, 1000).map(lambda number: round(number, 4)),
    services=st.none()
    | st.dictionaries(st.sampled_from(["en", "uk", "pl"]), TEXT, min_size=1, max_size=3),
    recognition=st.none()
    | st.builds(
        Recognition,
        programme=TEXT,
        document=TEXT,
        until_day=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    ),
    partner_regions=st.lists(REGIONS, max_size=3).map(tuple),
    dual_use=st.booleans(),
)


@pytest.fixture
def intake() -> Intake:
    """A door that takes clusters, with nothing behind it."""
    made = Intake("registry")
    made.classes[ClusterDeclared.type] = ClusterDeclared
    return made


def as_declared(sheet: Any, intake: Intake, *, country: str = "UA") -> list[ClusterProfile]:
    """What an import makes of the rows of a sheet."""
    profiles = []
    for row in judged(sheet, intake, country=country, clusters={}, kind=Kind.CLUSTERS):
        assert row.item is not None, [(note.field, note.fault.text) for note in row.notes]
        event = row.item.declared.event
        assert isinstance(event, ClusterDeclared)
        profiles.append(event.profile())
    return profiles


def laid_out(*clusters: Cluster) -> Any:
    """The sheet as it is read again, without a file between."""
    header, *lines = lines_of(clusters, refs_of="UA")
    return Sheet("", [], "", "", 1, header, list(enumerate(lines, start=2)), [])


class TestRoundTrip:
    @settings(deadline=None, max_examples=40)  # the first looks reference data up
    @given(PROFILES)
    def test_r02_out_and_in_gives_an_equal_profile(self, profile: ClusterProfile) -> None:
        intake = Intake("registry")
        intake.classes[ClusterDeclared.type] = ClusterDeclared

        assert as_declared(laid_out(a_cluster(profile=profile)), intake) == [profile]

    @pytest.mark.parametrize("write", [sheets.as_csv, sheets.as_xlsx])
    async def test_r02_also_through_a_file(self, write: Any, intake: Intake) -> None:
        plain = a_profile()

        body = write(lines_of([a_cluster(profile=each) for each in (FULL, plain)], refs_of="UA"))

        assert as_declared(await read(body, country="UA"), intake) == [FULL, plain]

    @pytest.mark.parametrize(
        ("scheme", "value", "region"),
        [
            (LegalIdScheme.PL_NIP, "5252344078", "PL911"),
            (LegalIdScheme.PL_KRS, "0000123456", "PL911"),
            (LegalIdScheme.CZ_ICO, "25596641", "CZ064"),
            (LegalIdScheme.SK_ICO, "31322832", "SK010"),
        ],
    )
    def test_r02_in_every_register(
        self, scheme: LegalIdScheme, value: str, region: str, intake: Intake
    ) -> None:
        seat = Place(
            country=scheme.country,
            region=Region(scheme=RegionScheme.NUTS, code=region),
            settlement="X",
        )
        profile = a_profile(legal_id=LegalId(scheme=scheme, value=value), seat=seat)

        [again] = as_declared(laid_out(a_cluster(profile=profile)), intake, country=scheme.country)

        assert again == profile

    def test_r02_the_field_list_has_a_version(self, intake: Intake) -> None:
        sheet = laid_out(a_cluster())
        sheet.rows[0][1][COLUMNS.index("field_list")] = "0"

        [row] = judged(sheet, intake, country="UA", clusters={}, kind=Kind.CLUSTERS)

        [note] = row.errors
        assert (note.field, note.fault.code) == ("field_list", "TLK-D059")

    def test_r02_this_is_version_1(self) -> None:
        """Whoever changes the columns gives the list another version here."""
        offered = {field.name for field in fields_of(Kind.CLUSTERS, "UA")}
        foreign = {scheme.value for scheme in LegalIdScheme if scheme.country != "UA"}
        read_only = {"number", "state", "version", "completeness", "confirmed_on"}

        assert (FIELD_LIST, len(COLUMNS)) == ("1", 52)
        assert set(COLUMNS) == offered | foreign | read_only


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(LESIA)


def names_in(body: bytes) -> list[str]:
    [_, *rows] = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    return [str(row[COLUMNS.index("name_en")]) for row in rows]


class TestExport:
    async def test_r20_gives_these_rows_by_this_filter(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        other = a_profile(ecosystem="health", names=Names(original="Ліки", en="Pharma"))
        await saved(
            sessions,
            *[a_cluster(legal_value=f"{n}") for n in range(60)],
            a_cluster(profile=other, legal_value="x"),
        )

        page = await lesia.get(
            "/registry/clusters?ecosystem=health", headers={"Accept": "text/html"}
        )
        few = await lesia.get(f"{EXPORT}.xlsx?ecosystem=health")
        every = await lesia.get(f"{EXPORT}.xlsx")

        assert f'href="{EXPORT}.xlsx?ecosystem=health"' in page.text
        assert names_in(few.content) == ["Pharma"]
        assert len(names_in(every.content)) == 61
        assert few.headers["content-disposition"].startswith('attachment; filename="clusters-')

    async def test_no_cell_is_run_by_a_spreadsheet(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        evil = a_profile(names=Names(original="=cmd|' /C calc'!A0", en="@SUM(1)"))
        await saved(sessions, a_cluster(profile=evil))

        text = (await lesia.get(f"{EXPORT}.csv")).content.decode("utf-8-sig")
        book = (await lesia.get(f"{EXPORT}.xlsx")).content

        assert ";'=cmd|' /C calc'!A0;'@SUM(1);" in text
        assert names_in(book) == ["@SUM(1)"]
        assert b"<f>" not in book

    async def test_r14_what_is_dual_use_is_in_no_file_of_others(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        secret = a_profile(dual_use=True, names=Names(original="Нічне", en="Night vision"))
        await saved(sessions, a_cluster(state=ClusterState.PUBLISHED, profile=secret))
        plain, vetted = (
            await sign_in(TARAS),
            await sign_in(MAREK, of="PL", marks=(Mark.DUAL_USE_VETTED,)),
        )

        assert names_in((await plain.get(f"{EXPORT}.xlsx")).content) == []
        assert names_in((await vetted.get(f"{EXPORT}.xlsx")).content) == ["Night vision"]

    async def test_r01_others_get_what_is_public_without_own_keys(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        await saved(
            sessions,
            a_cluster(state=ClusterState.DRAFT, legal_value="1"),
            a_cluster(state=ClusterState.PUBLISHED, legal_value="2", ref="own/7", number="CL-7"),
        )
        marek = await sign_in(MAREK, of="PL")

        text = (await marek.get(f"{EXPORT}.csv")).content.decode("utf-8-sig")

        assert text.count("Lviv IT Cluster") == 1
        assert "own/7" not in text

    async def test_leads_strangers_to_the_sign_in(self, lesia: AsyncClient) -> None:
        lesia.cookies.clear()

        assert (
            await lesia.get(f"{EXPORT}.csv", headers={"Accept": "text/html"})
        ).status_code == 303
