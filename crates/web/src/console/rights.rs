//! Which roles open which pages of the console. [`Section::roles`] and the table here are the declarations: the extractor of every page
//! enforces them, and `docs/PERMISSIONS.md` is generated from them.

use axum::http::Method;
use carillon_model::operator::{OperatorRights, OperatorRole};

use super::{Section, drafts, pictures, sends};
use crate::text::Lang;

/// A page, or an action of one, that not every role of its section opens.
struct Narrower {
    /// `None` for every method.
    method: Option<&'static str>,
    /// The path, with names in braces for any one part.
    path: &'static str,
    /// The roles. Owners have all of them.
    roles: &'static [OperatorRole],
    /// Whether the role has to be for all accounts.
    for_all_accounts: bool,
}

const fn post(path: &'static str, roles: &'static [OperatorRole]) -> Narrower {
    Narrower { method: Some("POST"), path, roles, for_all_accounts: false }
}

const OWNER: &[OperatorRole] = &[];

const NARROWER: &[Narrower] = &[
    Narrower { for_all_accounts: true, ..post("/console/accounts", &[OperatorRole::Editor]) },
    post("/console/accounts/{unionid}/disable", OWNER),
    post("/console/accounts/{unionid}/operators", OWNER),
    post("/console/drafts", drafts::WRITE_ROLES),
    Narrower { method: None, ..post("/console/drafts/{unionid}/rules", OWNER) },
    post("/console/drafts/{unionid}/{id}/ask", drafts::WRITE_ROLES),
    post("/console/drafts/{unionid}/{id}/decide", drafts::APPROVE_ROLES),
    post("/console/drafts/{unionid}/{id}/delete", drafts::WRITE_ROLES),
    post("/console/drafts/{unionid}/{id}/message", drafts::WRITE_ROLES),
    post("/console/drafts/{unionid}/{id}/preview", drafts::WRITE_ROLES),
    post("/console/drafts/{unionid}/{id}/receivers", drafts::WRITE_ROLES),
    post("/console/drafts/{unionid}/{id}/send", drafts::SEND_ROLES),
    post("/console/drafts/{unionid}/{id}/time", drafts::WRITE_ROLES),
    post("/console/pictures/{unionid}/{id}/delete", pictures::CHANGE_ROLES),
    post("/console/pictures/{unionid}/{id}/name", pictures::CHANGE_ROLES),
    post("/console/sends/{unionid}/{task}/cancel", drafts::SEND_ROLES),
    post("/console/sends/{unionid}/{task}/edit", drafts::SEND_ROLES),
    post("/console/sends/{unionid}/{task}/move", drafts::SEND_ROLES),
    post("/console/sends/{unionid}/{task}/now", drafts::SEND_ROLES),
    post("/console/sends/{unionid}/{task}/recall", sends::RECALL_ROLES),
];

impl Narrower {
    fn matches(&self, method: &Method, path: &str) -> bool {
        let is_any = |part: &str| part.starts_with('{');
        let mut parts = path.split('/');
        let mut declared = self.path.split('/');
        let is_alike = declared.all(|part| parts.next().is_some_and(|one| is_any(part) || part == one));
        is_alike && parts.next().is_none() && self.method.is_none_or(|one| method == one)
    }

    fn admits(&self, rights: &OperatorRights) -> bool {
        if self.for_all_accounts { rights.may_for_all(self.roles) } else { rights.may(self.roles) }
    }
}

/// Returns true if an operator may open a page, or do what it does, at least for some account.
pub(super) fn may_open(section: Section, method: &Method, path: &str, rights: &OperatorRights) -> bool {
    let narrower = || NARROWER.iter().filter(|one| one.matches(method, path));
    section.is_open_to(rights) && narrower().all(|one| one.admits(rights))
}

/// A declared page, or an action of one.
#[derive(Clone, Copy, Debug)]
pub struct PageAccess {
    /// The method; `None` for every method, and for all pages of a section.
    pub method: Option<&'static str>,
    /// The path, with names in braces.
    pub path: &'static str,
    /// The name of a section in Chinese and in English; `None` for a part of the section before.
    pub titles: Option<(&'static str, &'static str)>,
    /// The roles that open it. Owners have all of them.
    pub roles: &'static [OperatorRole],
    /// Whether a role that is limited to service accounts does not suffice.
    pub for_all_accounts: bool,
}

/// The sections in the order of the navigation, each with what not all of its roles open.
pub fn pages() -> Vec<PageAccess> {
    let mut pages = Vec::new();
    for section in Section::all() {
        pages.push(PageAccess {
            method: None,
            path: section.path(),
            titles: Some((section.title(Lang::Zh), section.title(Lang::En))),
            roles: section.roles(),
            for_all_accounts: section.is_for_all_accounts(),
        });
        let narrower = NARROWER.iter().filter(|one| Section::of(one.path) == section);
        pages.extend(narrower.map(|one| PageAccess {
            method: one.method,
            path: one.path,
            titles: None,
            roles: one.roles,
            for_all_accounts: one.for_all_accounts,
        }));
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_matched_part_by_part() {
        let operators = post("/console/accounts/{unionid}/operators", OWNER);
        assert!(operators.matches(&Method::POST, "/console/accounts/a/operators"));
        for path in ["/console/accounts/a", "/console/accounts/a/operators/b", "/console/accounts/a/scope"] {
            assert!(!operators.matches(&Method::POST, path), "{path}");
        }
        assert!(!operators.matches(&Method::GET, "/console/accounts/a/operators"));
        let rules = Narrower { method: None, ..post("/console/drafts/{unionid}/rules", OWNER) };
        assert!(rules.matches(&Method::GET, "/console/drafts/a/rules"));
    }

    #[test]
    fn what_is_narrower_is_part_of_its_section() {
        for one in NARROWER {
            let section = Section::of(one.path);
            assert!(one.roles.iter().all(|role| section.roles().contains(role)), "{}", one.path);
        }
    }
}
