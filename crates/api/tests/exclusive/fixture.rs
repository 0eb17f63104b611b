//! A server with four members in two departments, and facts.

use carillon_domain::stats::fact;
use carillon_model::{
    app::AppType,
    audit::Signature,
    fact::{Client, Fact, Login},
    id::UserId,
    time::Timestamp,
};
use serde_json::{Value, json};

use testkit::server::{NOW, PERMISSIONS, TestServer};

pub const DAY: i64 = 86_400_000;

pub struct Fixture {
    pub server: TestServer,
    /// Below the root, with `b` and `c`. `a` and `d` belong to the root alone.
    pub dept: i64,
}

pub fn open() -> Fixture {
    let mut server = TestServer::start();
    let permissions = [
        "DataProduct.Statistics.Read",
        "Custom.AnnualReport.Read",
        "Custom.Common.Read",
        "Carillon.Statistics.Read",
    ];
    let grants: Vec<&str> = PERMISSIONS.iter().copied().chain(permissions).collect();
    server.use_app(AppType::Internal, &grants);
    let department = server.ok("/topapi/v2/department/create", &json!({ "name": "销售", "parent_id": 1 }));
    let dept = department["result"]["dept_id"].as_i64().unwrap();
    for (index, (userid, dept)) in [("a", 1), ("b", dept), ("c", dept), ("d", 1)].into_iter().enumerate() {
        let member = json!({ "userid": userid, "name": format!("员{userid}"), "job_number": format!("J{index}"),
                             "mobile": format!("1380000000{index}"), "dept_id_list": dept.to_string() });
        server.ok("/topapi/v2/user/create", &member);
    }
    Fixture { server, dept }
}

impl Fixture {
    /// Records a fact of a member some days ago, or one without a member.
    pub fn record_fact(&self, days_ago: i64, userid: &str, fact: impl Into<Fact>) {
        let (corp, userid, fact) = (self.server.corp.clone(), UserId::from(userid), fact.into());
        let at = Timestamp(NOW - days_ago * DAY);
        let record = move |tx: &mut carillon_store::Tx<'_>| {
            let member = tx.member_no(&corp, &userid)?;
            fact::record(tx, &corp, at, member, fact)
        };
        let signature = Signature::server(&self.server.env, "test");
        self.server.store.write_blocking(&self.server.corp, signature, record).unwrap();
    }

    pub fn record_login(&self, days_ago: i64, userid: &str, version: &str) {
        let login = Login { client: Client::Android, app_version: version.to_owned() };
        self.record_fact(days_ago, userid, login);
    }

    /// The response to a GET that must succeed.
    pub fn get(&self, path: &str) -> Value {
        let (status, answer) = self.server.v1("GET", path, None);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// Status, code and message of a GET that must fail.
    pub fn refused(&self, path: &str) -> (u16, String, String) {
        refusal(self.server.v1("GET", path, None))
    }

    /// The unionid of a member.
    pub fn unionid(&self, userid: &str) -> Value {
        self.server.ok("/topapi/v2/user/get", &json!({ "userid": userid }))["result"]["unionid"].clone()
    }
}

pub fn refusal((status, answer): (u16, Value)) -> (u16, String, String) {
    let text = |name: &str| answer[name].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
    (status, text("code"), text("message"))
}
