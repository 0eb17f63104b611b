//! Compares all operations that return the same number. `docs/WIRE.md`, "Numbers that several operations return",
//! lists them.

mod groups;
mod meetings;
mod members;
mod messages;
mod work_tools;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// A server on which the caller has every permission.
pub trait Operations {
    /// The whole response of a legacy operation that must succeed.
    fn legacy(&self, path: &str, request: &Value) -> Value;
    /// The response of a v1.0 operation that must succeed.
    fn v1(&self, method: &str, path: &str, request: Option<&Value>) -> Value;
}

/// A day of an organisation whose members are as they were at the end of the day.
pub struct Day<'d> {
    pub day: &'d str,
    /// Whether the day is today. Then present state is compared too.
    pub is_today: bool,
    /// Whether somebody left after facts of the day. The numbers of the organisation include leavers.
    pub with_leavers: bool,
    /// The userid of a member.
    pub operator: &'d str,
}

/// Numbers that must be equal, each with its operation.
struct EqualNumbers<'d>(&'d str, Vec<(String, Value)>);

impl EqualNumbers<'_> {
    fn add(&mut self, operation: &str, number: &Value) -> &mut Self {
        // Some are texts.
        let number = match number {
            Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| number.clone()),
            other => other.clone(),
        };
        self.1.push((operation.to_owned(), number));
        self
    }

    fn check(&self) {
        let first = &self.1[0].1;
        assert!(first.is_number(), "{}: {:?}", self.0, self.1[0]);
        assert!(self.1.iter().all(|(_, number)| number == first), "{}: {:#?}", self.0, self.1);
    }
}

fn assert_equal<'d>(what: &'d str, numbers: &[(&str, &Value)]) -> EqualNumbers<'d> {
    let mut equal = EqualNumbers(what, Vec::new());
    for (operation, number) in numbers {
        equal.add(operation, number);
    }
    equal.check();
    equal
}

/// Responses about a day.
struct Answers<'s> {
    server: &'s dyn Operations,
    day: &'s Day<'s>,
}

impl Answers<'_> {
    fn kac(&self, path: &str, wrapper: &str, fields: &Value) -> Value {
        let mut request = json!({ "data_id": self.day.day });
        request.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        self.server.legacy(&format!("/topapi/kac/{path}"), &json!({ wrapper: request }))["result"].clone()
    }

    fn totals(&self, path: &str) -> Value {
        self.kac(path, "request", &json!({}))
    }

    fn list(&self, path: &str) -> Vec<Value> {
        let (mut rows, mut cursor) = (Vec::new(), json!(0));
        loop {
            let page = self.kac(path, "request", &json!({ "cursor": cursor, "size": 100 }));
            rows.extend(page["data"].as_array().unwrap().clone());
            if page["has_more"] == false {
                return rows;
            }
            cursor = page["next_cursor"].clone();
        }
    }

    /// The row of the root department, which has all members.
    fn root(&self, path: &str) -> Value {
        self.kac(path, "request", &json!({ "cursor": 0, "size": 1 }))["data"][0].clone()
    }

    fn catalogue(&self, path: &str) -> Value {
        let answer =
            self.server.v1("GET", &format!("/v1.0/datacenter/{path}?statDate={}", self.day.day), None);
        answer["dataList"][0].clone()
    }

    fn exclusive(&self, path: &str) -> Value {
        self.server.v1("GET", &format!("/v1.0/exclusive/{path}"), None)
    }

    fn groups_of_day(&self) -> (Vec<Value>, u64) {
        let mut rows = Vec::new();
        for page in 1.. {
            let query = format!("statDate={}&pageNumber={page}&pageSize=50", self.day.day);
            let answer = self.exclusive(&format!("data/activeGroups?{query}"));
            let page_rows = answer["data"].as_array().unwrap();
            if page_rows.is_empty() {
                return (rows, answer["totalCount"].as_u64().unwrap());
            }
            rows.extend(page_rows.clone());
        }
        unreachable!()
    }

    fn group_infos(&self) -> Vec<Value> {
        let mut rows = Vec::new();
        for page in 1.. {
            let query = format!("operatorUserId={}&uuid=1&pageStart={page}&pageSize=100", self.day.operator);
            let answer = self.exclusive(&format!("securities/orgGroupInfos?{query}"));
            let page_rows = answer["items"].as_array().unwrap();
            if page_rows.is_empty() {
                assert_eq!(answer["totalCount"], rows.len());
                return rows;
            }
            rows.extend(page_rows.clone());
        }
        unreachable!()
    }

    /// Members who signed in on the day, or those who did not.
    fn signed_in(&self, is_active: bool) -> BTreeSet<String> {
        let (mut found, mut offset) = (BTreeSet::new(), json!(0));
        loop {
            let request =
                json!({ "is_active": is_active, "offset": offset, "size": 100, "query_date": self.day.day });
            let page = self.server.legacy("/topapi/inactive/user/v2/get", &request)["result"].clone();
            found.extend(texts(&page["list"]));
            if page["has_more"] == false {
                return found;
            }
            offset = page["next_cursor"].clone();
        }
    }

    /// The members who did not sign in, by userid, as the v1.0 host lists them.
    fn inactive(&self) -> BTreeMap<String, Value> {
        let mut found = BTreeMap::new();
        for page in 1.. {
            let request = json!({ "statDate": self.day.day, "pageNumber": page, "pageSize": 100 });
            let answer = self.server.v1("POST", "/v1.0/exclusive/inactives/users/query", Some(&request));
            let rows = answer["dataList"].as_array().unwrap();
            if rows.is_empty() {
                return found;
            }
            found.extend(rows.iter().map(|row| (row["14004_DAY"].as_str().unwrap().to_owned(), row.clone())));
        }
        unreachable!()
    }
}

fn texts(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn count(number: usize) -> Value {
    json!(number)
}

fn sum(rows: &[Value], field: &str) -> Value {
    json!(rows.iter().map(|row| row[field].as_u64().unwrap()).sum::<u64>())
}

/// Compares all numbers of a day.
pub fn check(server: &dyn Operations, day: &Day<'_>) {
    let answers = Answers { server, day };
    members::check(&answers);
    groups::check(&answers);
    messages::check(&answers);
    meetings::check(&answers);
    meetings::check_lives(&answers);
    messages::check_dings(&answers);
    work_tools::check(&answers);
}
