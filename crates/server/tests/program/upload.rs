//! Uploads.

use testkit::{
    file::PNG,
    program::{Program, app, organisation},
};

#[test]
fn uploads_are_checked_by_content() {
    let (data, corp) = organisation();
    let main = app(data.path(), &corp, "internal", "qyapi_base");
    let server = Program::start(data.path());
    let token = server.token(&main);
    server.picture(&token);
    assert_eq!(server.upload(&token, "image", "a.png", b"not a picture")["errcode"], 40_004);
    assert_eq!(server.upload(&token, "image", "a.png", b"")["errcode"], 44_001);
    assert_eq!(server.upload(&token, "poster", "a.png", PNG)["errcode"], 40_004);
    let path = format!("/media/upload?access_token={token}&type=image");
    assert_eq!(server.post(&path, "multipart/form-data; boundary=b", b"--b--\r\n").1["errcode"], 41_005);
    let mut large = PNG.to_vec();
    large.resize((20 << 20) + 1, 0);
    assert_eq!(server.upload(&token, "image", "a.png", &large)["errcode"], 40_006);
    large.pop();
    assert_eq!(server.upload(&token, "image", "a.png", &large)["errcode"], 0);
}
