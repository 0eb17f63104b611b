//! Changes of the organisation. Each is sent over the wire and recorded in the fixture.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::reference::fixture::{Account, Department, Fixture, Person};
use crate::reference::groups::Origin;

impl Fixture {
    pub fn add_department(&mut self, parent: i64) -> i64 {
        let name = format!("部{}", self.department_names);
        self.department_names += 1;
        let new = json!({ "name": name, "parent_id": parent });
        let dept = self.legacy("/topapi/v2/department/create", &new)["result"]["dept_id"].as_i64().unwrap();
        self.org.departments.insert(dept, Department { name, parent: Some(parent) });
        dept
    }

    pub fn rename_department(&mut self, dept: i64, name: &str) {
        self.legacy("/topapi/v2/department/update", &json!({ "dept_id": dept, "name": name }));
        self.org.departments.get_mut(&dept).unwrap().name = name.to_owned();
    }

    pub fn move_department(&mut self, dept: i64, parent: i64) {
        self.legacy("/topapi/v2/department/update", &json!({ "dept_id": dept, "parent_id": parent }));
        self.org.departments.get_mut(&dept).unwrap().parent = Some(parent);
    }

    pub fn remove_department(&mut self, dept: i64) {
        self.legacy("/topapi/v2/department/delete", &json!({ "dept_id": dept }));
        self.org.departments.remove(&dept);
    }

    /// Adds a member. Nobody may have the userid now.
    pub fn join(&mut self, userid: &str, memberships: &BTreeSet<i64>) -> usize {
        let number = self.people.len();
        let (name, job_number) = (format!("员{number}"), format!("J{number}"));
        let new = json!({ "userid": userid, "name": name, "mobile": format!("138{number:08}"),
                          "dept_id_list": list(memberships), "job_number": job_number });
        let made = self.legacy("/topapi/v2/user/create", &new);
        let unionid = made["result"]["unionId"].as_str().unwrap().to_owned();
        self.people.push(Person { userid: userid.to_owned(), unionid, name, job_number, since: self.now() });
        self.org.members.insert(number, memberships.clone());
        self.follow(number);
        self.tick(1);
        number
    }

    pub fn move_member(&mut self, member: usize, memberships: &BTreeSet<i64>) {
        let change = json!({ "userid": self.people[member].userid, "dept_id_list": list(memberships) });
        self.legacy("/topapi/v2/user/update", &change);
        self.org.members.insert(member, memberships.clone());
        self.follow(member);
    }

    pub fn rename_member(&mut self, member: usize, name: &str, job_number: &str) {
        let person = &mut self.people[member];
        (person.name, person.job_number) = (name.to_owned(), job_number.to_owned());
        let change = json!({ "userid": person.userid, "name": name, "job_number": job_number });
        self.legacy("/topapi/v2/user/update", &change);
    }

    pub fn leave(&mut self, member: usize) {
        self.legacy("/topapi/v2/user/delete", &json!({ "userid": self.people[member].userid }));
        self.org.members.remove(&member);
        self.follow(member);
        for group in &mut self.groups {
            group.remove(member);
        }
    }

    /// Updates groups of all staff and of departments, which follow the organisation.
    fn follow(&mut self, member: usize) {
        let memberships = self.org.members.get(&member).cloned();
        for group in self
            .groups
            .iter_mut()
            .filter(|group| group.dissolved.is_none() && group.origin == Origin::Operation)
        {
            let belongs = match (group.kind, group.department) {
                (1, _) => memberships.is_some(),
                (2, Some(dept)) => {
                    memberships.as_ref().is_some_and(|memberships| memberships.contains(&dept))
                }
                _ => continue,
            };
            if belongs {
                group.add(member);
            } else {
                group.remove(member);
            }
        }
    }

    pub fn add_account(&mut self, name: &str) -> usize {
        let unionid = self.server.account(name);
        let account = Account { unionid, name: name.to_owned(), created: self.now(), articles: Vec::new() };
        self.accounts.push(account);
        self.accounts.len() - 1
    }

    /// Publishes an article, which the server records as a fact.
    pub fn publish(&mut self, account: usize, title: &str) {
        let unionid = self.accounts[account].unionid.clone();
        let id = self.server.article(&unionid, title);
        let article = json!({ "unionid": unionid, "article_id": id });
        self.legacy("/topapi/material/article/publish", &article);
        self.accounts[account].articles.push((id, title.to_owned()));
        let fact = json!({ "kind": "article_published", "unionid": unionid, "articleId": id });
        self.record_server_fact(None, fact);
    }

    pub fn userid(&self, member: usize) -> Value {
        json!(self.people[member].userid)
    }
}

fn list(memberships: &BTreeSet<i64>) -> String {
    memberships.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}
