"""The page of the demo that stands in for a mail program."""

from email.message import EmailMessage

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings, tmp_path):
    """A demo with a folder of caught mails."""
    settings.DEMO = True
    settings.MAIL_FOLDER = tmp_path / "caught"
    settings.MAIL_FOLDER.mkdir()
    return settings.MAIL_FOLDER


def put(folder, name: str, subject: str, *, html: str = "") -> None:
    mail = EmailMessage()
    mail["Subject"], mail["To"] = subject, "ana@example.org"
    mail["From"], mail["Date"] = "tracker@localhost", "Tue, 24 Nov 2026 07:00:00 +0000"
    mail.set_content("Set a new password: http://127.0.0.1:8000/reset/ <b>&\n")
    if html:
        mail.add_alternative(html, subtype="html")
    (folder / f"{name}.eml").write_bytes(mail.as_bytes())


def test_outside_the_demo_it_does_not_exist(client, settings, tmp_path, ana):
    settings.DEMO = False
    settings.MAIL_FOLDER = tmp_path
    put(tmp_path, "one", "Secret")
    client.force_login(ana)

    for page in (
        reverse("mail-list"),
        reverse("mail", args=["one"]),
        reverse("mail-html", args=["one"]),
    ):
        assert client.get(page).status_code == 404


def test_it_is_open_to_anybody_and_says_what_it_is(client, demo):
    page = client.get(reverse("mail-list")).content.decode()
    assert "Nothing was sent yet" in page
    put(demo, "20261124T070000-a", "The older one")
    put(demo, "20261124T080000-b", "Новости")
    (demo / ".20261124T090000-c.eml").write_bytes(b"half a mail")

    page = client.get(reverse("mail-list")).content.decode()

    assert "mail catcher" in page
    assert page.index("Новости") < page.index("The older one")
    assert "half" not in page and page.count("ana@example.org") == 2


def test_a_link_to_a_new_password_can_be_followed_while_signed_out(client, demo):
    put(demo, "one", "Password")

    page = client.get(reverse("mail", args=["one"])).content.decode()

    assert 'href="http://127.0.0.1:8000/reset/"' in page
    assert "&lt;b&gt;&amp;" in page


def test_the_html_of_a_mail_can_do_nothing(client, demo):
    html = (
        "<html><head></head><body><script>alert(1)</script><p>Hello</p></body></html>"
    )
    put(demo, "one", "Evil", html=html)

    page = client.get(reverse("mail", args=["one"]))
    frame = client.get(reverse("mail-html", args=["one"]))

    assert "alert(1)" not in page.content.decode()
    policy = frame["Content-Security-Policy"]
    assert "sandbox" in policy and "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert "Hello" in frame.content.decode()


@pytest.mark.parametrize("name", ["..", "nosuch", "a" * 200, "one.eml", "%2e%2e"])
def test_no_name_leads_out_of_the_folder(client, demo, name):
    put(demo.parent, "secret", "Outside")

    assert client.get(f"/mail/{name}/").status_code in (301, 404)
    assert client.get(f"/mail/../{demo.parent.name}/secret/").status_code == 404


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00binary",
        b"Subject: =?utf-8?b?////?=\r\nDate: yesterday\r\n\r\nbody",
        b'Content-Type: text/plain; charset="klingon"\r\n\r\nbody',
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x",
    ],
)
def test_a_broken_mail_breaks_no_page(client, demo, raw):
    (demo / "broken.eml").write_bytes(raw)

    assert client.get(reverse("mail-list")).status_code == 200
    assert client.get(reverse("mail", args=["broken"])).status_code == 200
