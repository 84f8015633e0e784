"""Sensitive acts ask who is there; what was sent meanwhile goes on once."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from accounts.access import needs
from accounts.choices import Role
from accounts.models import AuditEntry, BrowserSession
from accounts.signing_in.step_up import step_up
from tests.factories import PASSWORD, make_user
from tests.proofs import code_of, wrong_code

AGAIN = "/account/reauthenticate/"
done: list[dict[str, str]] = []


@needs()
@step_up(doing="ring the bell")
@csrf_protect
@require_POST
def ring(request):
    done.append({**request.POST.dict(), "files": str(len(request.FILES))})
    return HttpResponse("rung")


@needs()
@step_up
def look(request):
    return HttpResponse(f"looked {request.method} {request.GET.get('q', '')}")


urlpatterns = [
    path("ring/", ring),
    path("look/", look),
    path("", include("config.urls")),
]

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def nothing_rung():
    done.clear()


def act_of(client: Client) -> str:
    page = client.get(AGAIN).content.decode()
    return page.split('name="act" value="')[1].split('"')[0]


def prove_with(client: Client, **given: str):
    return client.post(AGAIN, {"act": act_of(client), **given})


def said() -> list[str]:
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


def test_somebody_who_just_signed_in_goes_straight_on(as_user, ana):
    assert as_user(ana).post("/ring/", {"word": "now"}).content == b"rung"


def test_a_stale_session_proves_itself_and_the_post_goes_on_once(as_user, ana):
    client = as_user(ana, stale=True)
    answer = client.post(
        "/ring/?loud=1", {"word": "später", "csrfmiddlewaretoken": "x"}
    )
    assert answer["Location"] == AGAIN
    page = client.get(AGAIN).content.decode()
    assert "You are about to ring the bell." in page
    assert "It goes on by itself afterwards, once" in page
    assert done == []

    answer = prove_with(client, password=PASSWORD)
    assert answer["Location"] == "/ring/?loud=1"
    assert client.get(answer["Location"]).content == b"rung"
    assert done == [{"word": "später", "files": "0"}]
    assert client.get(answer["Location"]).status_code == 405
    assert client.post("/ring/", {"word": "again"}).content == b"rung", "five minutes"
    assert len(done) == 2
    assert said()[-1] == "account.step_up_done"


def test_what_is_kept_is_sealed(as_user, ana):
    client = as_user(ana, stale=True)
    client.post("/ring/", {"word": "quietword"})
    (row,) = BrowserSession.objects.filter(user=ana)
    assert row.get_decoded()["kept_act"]["path"] == "/ring/"
    assert "quietword" not in str(row.get_decoded())


def test_two_answers_at_once_let_the_act_go_on_once(as_user, ana):
    client = as_user(ana, stale=True)
    client.post("/ring/", {"word": "once"})
    prove_with(client, password=PASSWORD)
    (row,) = BrowserSession.objects.filter(user=ana)
    before = row.session_data
    client.get("/ring/")
    BrowserSession.objects.filter(pk=row.pk).update(session_data=before)
    assert client.get("/ring/").status_code == 405, "as if both had loaded it before"
    assert len(done) == 1


def test_nothing_goes_on_at_another_address_or_without_the_proof(as_user, ana):
    client = as_user(ana, stale=True)
    client.post("/ring/", {"word": "wait"})
    assert client.get("/ring/")["Location"] == AGAIN
    assert client.post("/ring/?other=1")["Location"] == AGAIN
    prove_with(client, password=PASSWORD)
    client.get("/ring/")
    client.get("/look/")
    assert done == []


def test_what_was_kept_too_long_ago_does_not_go_on(as_user, ana, time_machine):
    client = as_user(ana, stale=True)
    client.post("/ring/", {"word": "old"})
    prove_with(client, password=PASSWORD)
    time_machine.move_to(datetime.now(UTC) + timedelta(minutes=11))
    assert client.get("/ring/")["Location"] == AGAIN
    prove_with(client, password=PASSWORD)
    client.get("/ring/")
    assert done == []


def test_a_wrong_password_proves_nothing(as_user, ana):
    client = as_user(ana, stale=True)
    client.post("/ring/", {"word": "no"})
    assert prove_with(client, password="wrong").status_code == 400
    assert client.get("/ring/")["Location"] == AGAIN
    assert said()[-1] == "account.step_up_failed"


def test_a_password_is_not_enough_for_somebody_with_a_factor(as_user, ana):
    client = as_user(ana, factor=True, stale=True)
    client.post("/ring/", {"word": "code"})
    page = client.get(AGAIN).content.decode()
    assert 'name="code"' in page
    assert 'name="password"' not in page
    assert prove_with(client, password=PASSWORD).status_code == 400
    assert prove_with(client, code=wrong_code(ana)).status_code == 400
    assert client.get("/ring/")["Location"] == AGAIN
    client.post("/ring/", {"word": "code"})
    prove_with(client, code=code_of(ana))
    client.get("/ring/")
    assert [one["word"] for one in done] == ["code"]


def test_a_password_of_a_minute_ago_is_not_enough_for_them_either(as_user, ana):
    as_user(ana, factor=True)
    assert as_user(ana).post("/ring/")["Location"] == AGAIN


def test_five_wrong_answers_sign_the_browser_out(as_user, ana):
    client = as_user(ana, factor=True, stale=True)
    client.post("/ring/", {"word": "never"})
    for _ in range(5):
        client.post(AGAIN, {"code": wrong_code(ana)})
    assert client.post(AGAIN, {"code": code_of(ana)})["Location"] == "/account/login/"
    assert client.get("/look/")["Location"].startswith("/account/login/")


def test_files_are_not_kept_and_the_page_says_so(as_user, ana):
    client = as_user(ana, stale=True)
    paper = SimpleUploadedFile("paper.txt", b"text")
    client.post(
        "/ring/", {"file": paper}, HTTP_REFERER="http://testserver/look/?q=form"
    )
    assert "send it again" in client.get(AGAIN).content.decode()
    answer = prove_with(client, password=PASSWORD)
    assert answer["Location"] == "/look/?q=form"
    assert "Nothing was done" in client.get("/account/settings/").content.decode()
    assert done == []


def test_a_page_is_asked_for_again_afterwards(as_user, ana):
    client = as_user(ana, stale=True)
    client.get("/look/?q=here")
    answer = prove_with(client, password=PASSWORD)
    assert answer["Location"] == "/look/?q=here"
    assert client.get(answer["Location"]).content == b"looked GET here"


def test_a_part_of_a_page_moves_the_whole_page(as_user, ana):
    client = as_user(ana, stale=True)
    part = client.get(
        "/look/",
        HTTP_HX_REQUEST="true",
        HTTP_HX_CURRENT_URL="http://testserver/look/?q=whole",
    )
    assert (part.status_code, part["HX-Redirect"]) == (204, AGAIN)
    assert prove_with(client, password=PASSWORD)["Location"] == "/look/?q=whole"


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example/x", "x"])
def test_it_leads_to_no_other_site(as_user, ana, where):
    client = as_user(ana, stale=True)
    client.get("/look/", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL=where)
    location = prove_with(client, password=PASSWORD)["Location"]
    assert location == "/look/"


def test_a_post_without_its_token_is_not_kept(ana, as_user):
    signed = as_user(ana, stale=True)
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed.cookies
    assert client.post("/ring/", {"word": "forged"}).status_code == 403
    signed.get("/look/")
    prove_with(signed, password=PASSWORD)
    signed.get("/ring/")
    assert done == []


def test_a_later_act_in_another_tab_is_shown_before_it_goes_on(as_user, ana):
    client = as_user(ana, stale=True)
    client.get("/look/?q=first")
    first = act_of(client)
    client.post("/ring/", {"word": "second"})
    answer = client.post(AGAIN, {"act": first, "password": PASSWORD})
    assert answer["Location"] == AGAIN
    page = client.get(AGAIN).content.decode()
    assert "in another tab" in page
    assert "ring the bell" in page
    client.get("/ring/")
    assert done == []


def test_rights_are_looked_at_again_when_it_goes_on(as_user, emil):
    client = as_user(emil, stale=True)
    other = make_user(f"Otto {random.random()}", Role.ANALYST)  # noqa: S311
    address = f"/administration/users/{other.pk}/deactivate/"
    assert client.post(address)["Location"] == AGAIN
    prove_with(client, password=PASSWORD)
    emil.role = Role.ANALYST
    emil.save()
    assert client.get(address).status_code == 403
    other.refresh_from_db()
    assert other.is_active
