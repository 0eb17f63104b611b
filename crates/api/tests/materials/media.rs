use carillon_model::id::MediaId;

use testkit::{
    file::GIF,
    server::{NOW, TestServer},
};

#[test]
fn the_kind_may_be_in_the_query_or_in_the_form() {
    let server = TestServer::start();
    for (query, fields) in [("?type=image", vec![]), ("", vec![("type", "image")])] {
        let answer = server.upload(query, &fields, Some(("图.gif", GIF)));
        assert_eq!(
            (&answer["errcode"], &answer["type"], &answer["created_at"]),
            (&0.into(), &"image".into(), &NOW.into())
        );
        let id = MediaId::from(answer["media_id"].as_str().unwrap());
        assert!(id.as_str().starts_with("@lA"), "{id}");
        let media =
            server.store.read_blocking(&server.corp, |tx| tx.media(&server.corp, &id)).unwrap().unwrap();
        assert_eq!((media.file_name.as_str(), media.mime.as_str()), ("图.gif", "image/gif"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let content = runtime.block_on(server.store.objects().get(&media.content)).unwrap();
        assert_eq!(content, GIF);
    }
}

#[test]
fn an_invalid_upload_has_its_code() {
    let server = TestServer::start();
    let gif = Some(("a.gif", GIF));
    let code = |answer: serde_json::Value| answer["errcode"].as_i64().unwrap();
    assert_eq!(code(server.upload("", &[], gif)), 40_004, "no kind");
    assert_eq!(code(server.upload("?type=picture", &[], gif)), 40_004, "no such kind");
    assert_eq!(code(server.upload("?type=video", &[], gif)), 40_004, "another kind of content");
    assert_eq!(code(server.upload("?type=image", &[], None)), 41_005, "no file");
    assert_eq!(code(server.call("/media/upload?type=image", &serde_json::json!({}))), 43_008, "no multipart");
    assert_eq!(code(server.upload("?type=image", &[], Some(("a.gif", b"")))), 44_001, "empty");
}

#[test]
fn a_file_over_the_limit_has_its_code() {
    let server = TestServer::start();
    let mut sound = b"#!AMR\n".to_vec();
    sound.resize(2 << 20, 0);
    assert_eq!(server.upload("?type=voice", &[], Some(("a.amr", &sound)))["errcode"], 0);
    sound.push(0);
    assert_eq!(server.upload("?type=voice", &[], Some(("a.amr", &sound)))["errcode"], 40_006);
    let mut picture = GIF.to_vec();
    picture.resize((20 << 20) + 1, 0);
    assert_eq!(server.upload("?type=image", &[], Some(("a.gif", &picture)))["errcode"], 40_006);
}
