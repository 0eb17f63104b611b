//! The page of the server's state.

use carillon_model::{env::Env, settings::Settings};
use serde_json::json;
use tempfile::TempDir;
use testkit::{
    browser::Browser,
    program::{PASSWORD, Program, ProgramFixture, carillon_json},
};

use crate::console::operator;

const PATH: &str = "/console/system";

#[test]
fn an_owner_sees_the_state_and_no_secrets() {
    let config = "[send]\ndaily = 7\n[tls]\nreload_seconds = 61\n[allow]\ndingother = [\"10.9.9.9\"]\n";
    let fixture = ProgramFixture::with_config(config);
    let owner = operator(&fixture, "owner", "owner");
    let page = owner.page(PATH);
    for part in [
        &format!("Carillon {}", env!("CARGO_PKG_VERSION")),
        "数据写入",
        "事件投递",
        "过期数据清理",
        "send.daily",
        "carillon.toml",
        "delivery.allow",
        "环境变量",
        "没有记录到备份",
        "同时打开的连接",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("send.max_receivers") && !page.contains("不足 1 GB"), "{page}");
    let all = owner.page(&format!("{PATH}?all"));
    assert!(all.contains("send.max_receivers") && all.contains("默认值"), "{all}");
    for page in [&page, &all] {
        assert!(!page.contains("dingother") && !page.contains("10.9.9.9"), "apps of others are hidden");
    }
    // The report has numbers, and no addresses and paths.
    let (status, report) = owner.open(&format!("{PATH}/report"));
    assert_eq!(status, 200);
    for part in [
        "carillon ",
        "part store: works",
        "setting send.daily = 7 (file)",
        "setting delivery.allow = (set) (environment)",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    let address = fixture.url().split("//").nth(1).unwrap();
    for private in
        [address, "127.0.0.1", fixture.data.path().to_str().unwrap(), "测试组织", "owner", "dingother"]
    {
        assert!(!report.contains(private), "{private}: {report}");
    }
    let editor = operator(&fixture, "editor", "editor");
    assert_eq!((editor.open(PATH).0, editor.open(&format!("{PATH}/report")).0), (403, 403));
    assert_eq!(editor.submit(&format!("{PATH}/release"), &[]).0, 403);

    // A backup is remembered.
    let out = TempDir::new().unwrap();
    let archive = out.path().join("one.carillon");
    carillon_json(fixture.data.path(), &["backup", archive.to_str().unwrap()]);
    let page = owner.page(PATH);
    assert!(
        page.contains("未加密") && !page.contains("没有记录到备份") && !page.contains("超过 7 天"),
        "{page}"
    );
}

#[test]
fn what_a_restore_holds_back_is_let_go_in_the_console() {
    let mut fixture = ProgramFixture::start();
    operator(&fixture, "owner", "owner");
    operator(&fixture, "auditor", "auditor");
    let mut later = fixture.text("稍后", &json!({ "is_to_all": true }));
    later["send_time"] = json!(Env::system(Settings::default(), [0; 32]).now().0 + 86_400_000);
    fixture.ok_v1("/v1.0/carillon/message/mass/schedule", &later);
    let out = TempDir::new().unwrap();
    let (archive, restored) = (out.path().join("one.carillon"), out.path().join("restored"));
    carillon_json(fixture.data.path(), &["backup", archive.to_str().unwrap()]);
    fixture.terminate();
    carillon_json(&restored, &["restore", archive.to_str().unwrap()]);
    let server = Program::start(&restored);
    let owner = Browser::sign_in(&server.url, "owner", PASSWORD).unwrap();
    let page = owner.page(PATH);
    assert!(page.contains("恢复后暂停发送") && page.contains("<dd>1</dd>"), "{page}");
    assert!(page.contains("没有记录到备份"), "a restored folder has none yet: {page}");
    assert!(owner.page(&format!("{PATH}/report")).contains("held back: 1 scheduled sends, 0 events"));
    assert_eq!(owner.submit(&format!("{PATH}/release"), &[]), (303, format!("{PATH}?done")));
    let page = owner.page(&format!("{PATH}?done"));
    assert!(page.contains("已恢复发送。") && !page.contains("恢复后暂停发送"), "{page}");
    let auditor = Browser::sign_in(&server.url, "auditor", PASSWORD).unwrap();
    let trail = auditor.page("/console/audit?actor=owner");
    assert!(trail.contains("console.system.release") && trail.contains("held_after_restore"), "{trail}");
    assert_eq!(carillon_json(&restored, &["restore", "--release"])["released"], json!([]));
}
