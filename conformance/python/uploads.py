"""Uploads in multipart, as different clients write it."""

from suite import equal

PICTURE = (
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x01D\0;"
)


def picture(world):
    """The id of an uploaded picture."""
    answer = requests_multipart(world)
    equal(answer["errcode"], 0)
    return answer["media_id"]


def requests_multipart(world):
    files = {"media": ("图.gif", PICTURE, "image/gif")}
    return world.session.post(world.address("/media/upload"), data={"type": "image"}, files=files).json()


def type_in_the_query(world):
    return world.session.post(world.address("/media/upload") + "&type=image", files={"media": PICTURE}).json()


def java_multipart(world):
    """An empty line first, no blanks in headers, names in raw UTF-8, the boundary behind a charset."""
    boundary = "----17d9f2c1e00"
    field = f'\r\n--{boundary}\r\nContent-Disposition:form-data;name="type"\r\nContent-Type:text/plain\r\n\r\nimage'
    file = (
        f'\r\n--{boundary}\r\nContent-Disposition:form-data;name="media";filename="图.gif"\r\n'
        "Content-Type:image/gif\r\n\r\n"
    )
    body = field.encode() + file.encode() + PICTURE + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data;charset=UTF-8;boundary={boundary}"}
    return world.session.post(world.address("/media/upload"), data=body, headers=headers).json()


def chunked(world):
    """Without a length, as the generated client for Node sends all bodies."""
    body = [
        b'--b\r\nContent-Disposition: form-data; name="media"; filename="a.gif"\r\n\r\n',
        PICTURE,
        b"\r\n--b--\r\n",
    ]
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    return world.session.post(world.address("/media/upload") + "&type=image", data=iter(body), headers=headers).json()


def comes_back(world, upload):
    answer = upload(world)
    equal((answer["errcode"], answer["errmsg"], answer["type"]), (0, "ok", "image"))
    assert answer["media_id"].startswith("@"), answer
    assert isinstance(answer["created_at"], int), answer


def is_refused(world):
    post = lambda **parts: world.session.post(world.address("/media/upload"), **parts).json()["errcode"]
    equal(post(data={"type": "image"}, files={"media": b"no picture"}), 40004)
    equal(post(data={"type": "picture"}, files={"media": PICTURE}), 40004)
    equal(post(data={"type": "image"}), 43008)
    equal(post(files={"type": (None, "image")}), 41005)


def run(world, suite):
    for upload in (requests_multipart, type_in_the_query, java_multipart, chunked):
        suite.attempt(upload.__name__.replace("_", " "), comes_back, world, upload)
    suite.attempt("what is no upload is refused by its code", is_refused, world)
