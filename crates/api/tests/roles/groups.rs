//! The list of internal groups.

use carillon_model::operator::{AccountScope, OperatorRole};
use serde_json::{Value, json};

use crate::operator::{self, call};

#[test]
fn groups_are_listed_newest_first() {
    let server = operator::server();
    let hr = operator::sign_in(&server, "hr", [(OperatorRole::Members, AccountScope::All)]);
    let create = |title: &str| {
        let group = json!({ "title": title, "groupType": 3, "ownerUserId": "hr" });
        let (status, created) = call(&server, &hr, "POST", "/v1.0/carillon/groups/create", Some(&group));
        assert_eq!(status, 200, "{created}");
        created["openConversationId"].clone()
    };
    let ids: Vec<Value> = ["Team one", "team two", "Other"].map(create).into_iter().collect();
    let list = |query: &str| call(&server, &hr, "GET", &format!("/v1.0/carillon/groups{query}"), None);
    let titles = |answer: &Value| -> Vec<String> {
        let groups = answer["groups"].as_array().unwrap();
        groups.iter().map(|group| group["title"].as_str().unwrap().to_owned()).collect()
    };
    let (status, all) = list("");
    assert_eq!((status, titles(&all)), (200, ["Other", "team two", "Team one"].map(str::to_owned).to_vec()));
    assert_eq!(
        (&all["groups"][0]["groupMembersCount"], &all["groups"][0]["ownerUserId"]),
        (&json!(1), &json!("hr"))
    );
    assert_eq!(titles(&list("?title=TEAM").1).len(), 2);
    assert_eq!(titles(&list("?groupType=3&ownerUserId=hr").1).len(), 3);
    assert_eq!(titles(&list("?groupType=4").1).len() + titles(&list("?ownerUserId=nobody").1).len(), 0);
    assert_eq!((list("?groupType=5").0, list("?groupType=x").0), (400, 400));
    let (_, first) = list("?title=team&maxResults=1");
    assert_eq!(titles(&first), ["team two"]);
    let token =
        first["nextToken"].as_str().unwrap().replace('=', "%3D").replace('+', "%2B").replace('/', "%2F");
    let (_, second) = list(&format!("?title=team&maxResults=1&nextToken={token}"));
    assert_eq!((titles(&second), second.get("nextToken")), (vec!["Team one".to_owned()], None));
    assert_eq!(list("?nextToken=nothing").0, 400);
    let dissolve = json!({ "openConversationId": ids[2] });
    assert_eq!(call(&server, &hr, "POST", "/v1.0/carillon/groups/dissolve", Some(&dissolve)).0, 200);
    assert_eq!(titles(&list("").1).len(), 2);
    let (_, with_dissolved) = list("?dissolved=true");
    assert_eq!(titles(&with_dissolved).len(), 3);
    assert!(with_dissolved["groups"][0]["dissolveTime"].is_i64(), "{with_dissolved}");
}
