//! Submitted forms as pairs: several fields of a name are a list.

use carillon_model::id::UserId;
use serde::Deserialize;

/// A submitted form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// A form of these pairs.
    #[cfg(test)]
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// A field; empty if it is absent.
    pub fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    /// A text of several lines. Browsers send their ends as CR LF.
    pub fn lines(&self, name: &str) -> String {
        self.text(name).replace("\r\n", "\n")
    }

    /// A number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.text(name).trim().parse().ok()
    }

    /// Returns true for a ticked box.
    pub fn is_set(&self, name: &str) -> bool {
        self.text(name) == "1"
    }

    /// All fields of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All fields of a name that are numbers.
    pub fn numbers(&self, name: &str) -> Vec<i64> {
        self.all(name).filter_map(|value| value.parse().ok()).collect()
    }

    /// Userids of a text, which lines, commas or blanks separate, and of boxes. Each once.
    pub fn userids(&self, text: &str, boxes: &str) -> Vec<UserId> {
        let is_separator = |at: char| at.is_whitespace() || matches!(at, ',' | ';' | '，' | '；' | '、');
        let listed = self.text(text).split(is_separator);
        let mut users: Vec<UserId> = Vec::new();
        let mut known = std::collections::HashSet::new();
        for userid in listed.chain(self.all(boxes)).filter(|userid| !userid.is_empty()) {
            if known.insert(userid) {
                users.push(UserId::from(userid));
            }
        }
        users
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn userids_may_be_pasted_in_any_form() {
        let form = Pairs::of(&[("users", "ann, bob\r\ncat；dan　ann\n\n"), ("user", "eve"), ("user", "bob")]);
        let users = form.userids("users", "user");
        let users: Vec<&str> = users.iter().map(UserId::as_str).collect();
        assert_eq!(users, ["ann", "bob", "cat", "dan", "eve"]);
    }
}
