"""Multipart uploads, as different clients write them."""

from suite import equal

PICTURE = (
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x01D\0;"
)


def picture(fixture):
    """Uploads a picture and returns its id."""
    answer = requests_multipart(fixture)
    equal(answer["errcode"], 0)
    return answer["media_id"]


def requests_multipart(fixture):
    files = {"media": ("图.gif", PICTURE, "image/gif")}
    return fixture.session.post(fixture.address("/media/upload"), data={"type": "image"}, files=files).json()


def type_in_the_query(fixture):
    return fixture.session.post(fixture.address("/media/upload") + "&type=image", files={"media": PICTURE}).json()


def java_multipart(fixture):
    """Begins with an empty line, has no spaces in headers, names in raw UTF-8, and the boundary after a charset."""
    boundary = "----17d9f2c1e00"
    field = f'\r\n--{boundary}\r\nContent-Disposition:form-data;name="type"\r\nContent-Type:text/plain\r\n\r\nimage'
    file = (
        f'\r\n--{boundary}\r\nContent-Disposition:form-data;name="media";filename="图.gif"\r\n'
        "Content-Type:image/gif\r\n\r\n"
    )
    body = field.encode() + file.encode() + PICTURE + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data;charset=UTF-8;boundary={boundary}"}
    return fixture.session.post(fixture.address("/media/upload"), data=body, headers=headers).json()


def chunked(fixture):
    """Without `Content-Length`, as the generated client for Node sends all bodies."""
    body = [
        b'--b\r\nContent-Disposition: form-data; name="media"; filename="a.gif"\r\n\r\n',
        PICTURE,
        b"\r\n--b--\r\n",
    ]
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    return fixture.session.post(fixture.address("/media/upload") + "&type=image", data=iter(body), headers=headers).json()


def assert_uploaded(fixture, upload):
    answer = upload(fixture)
    equal((answer["errcode"], answer["errmsg"], answer["type"]), (0, "ok", "image"))
    assert answer["media_id"].startswith("@"), answer
    assert isinstance(answer["created_at"], int), answer


def assert_refused(fixture):
    post = lambda **parts: fixture.session.post(fixture.address("/media/upload"), **parts).json()["errcode"]
    equal(post(data={"type": "image"}, files={"media": b"no picture"}), 40004)
    equal(post(data={"type": "picture"}, files={"media": PICTURE}), 40004)
    equal(post(data={"type": "image"}), 43008)
    equal(post(files={"type": (None, "image")}), 41005)


def run(fixture, suite):
    for upload in (requests_multipart, type_in_the_query, java_multipart, chunked):
        suite.attempt(upload.__name__.replace("_", " "), assert_uploaded, fixture, upload)
    suite.attempt("an invalid upload is refused with its code", assert_refused, fixture)
