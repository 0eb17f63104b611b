//! An account whose sends all need approval refuses apps, on both hosts.

use carillon_domain::send::draft;
use carillon_model::{
    audit::Signature,
    id::AccountId,
    send_draft::{ApprovalPolicy, SendPolicy},
};
use serde_json::json;

use crate::send::{
    fixture::{Fixture, SEND},
    v1::SEND_V1,
};
use testkit::server::{NOW, env_at_now};

#[test]
fn apps_cannot_send_what_nobody_can_approve() {
    let fixture = Fixture::open();
    let set = |approval| {
        let policy = SendPolicy { approval, ..SendPolicy::default() };
        let (corp, account) = (fixture.corp.clone(), AccountId::from(fixture.unionid.as_str()));
        let signature = Signature::server(&env_at_now(Default::default()), "test");
        let work = move |tx: &mut carillon_store::Tx<'_>| draft::set_policy(tx, &corp, &account, &policy);
        fixture.store.write_blocking(&fixture.corp, signature, work).unwrap();
    };
    set(ApprovalPolicy::All);
    let to_users = || fixture.text(json!({ "userid_list": "user1,user2" }));
    assert_eq!(fixture.code(SEND, &to_users()), 800_018);
    let by_list = || fixture.text(json!({ "userid_list": ["user1", "user2"] }));
    let refused_v1 = |path, request: &serde_json::Value| {
        let (status, answer) = fixture.call_v1(path, request);
        assert_eq!((status, answer["code"].as_str()), (403, Some("approval.needed")), "{answer}");
    };
    refused_v1(SEND_V1, &by_list());
    let mut later = by_list();
    later["send_time"] = json!(NOW + 1);
    refused_v1("/v1.0/carillon/message/mass/schedule", &later);
    let preview = fixture.text(json!({ "userid_list": "user1", "is_preview": true }));
    fixture.ok(SEND, &preview);
    set(ApprovalPolicy::Console);
    fixture.ok(SEND, &to_users());
}
