//! Comments on articles: one queue over all accounts of the operator.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{Form, Path, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
    routing::get,
};
use carillon_domain::comment::{self, CommentDetails, CommentFilter};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, CommentId},
    operator::OperatorRole,
    service_account::ServiceAccount,
};
use carillon_store::{CommentState, Tx};

use super::{
    Section,
    access::Operator,
    csv,
    form::Pairs,
    live,
    page::{self, CommentLine, CommentPage, CommentQueue, CommentTab},
    text::{comments::CommentTexts, texts},
};
use crate::{
    clean, paths,
    routes::{Pages, Viewer, failed, html, notice, uncached},
    security::PageKind,
    view::NoticeKind,
};

/// Comments on a page.
const PER_PAGE: usize = 20;
/// Comments that a file reads at once.
const CSV_BATCH: usize = 500;
/// The most characters of a search.
const TEXT_CHARS: usize = 100;
/// The most new comments that the home page counts.
pub const MOST_NEW: i64 = 100;
/// Roles that manage comments.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Agent, OperatorRole::Editor];

/// The routes below `/console/comments`.
pub fn routes() -> Router<Pages> {
    Router::new()
        .route("/console/comments", get(list))
        .route("/console/comments/{unionid}/{id}", get(show).post(change))
}

/// What the address of a list says.
#[derive(Clone, Debug)]
struct Parameters {
    /// The account; empty for all.
    account: String,
    /// The state; `None` for all.
    state: Option<CommentState>,
    /// What is searched for; empty for the list.
    text: String,
    before: CommentId,
}

impl Parameters {
    /// Reads them by a function that returns the value of a name. Without a state those that nothing was done about are listed.
    fn of<'a>(value: impl Fn(&str) -> Option<&'a str>) -> Self {
        Self {
            account: value("account").unwrap_or_default().to_owned(),
            state: match value("state") {
                None | Some("") => Some(CommentState::New),
                Some(name) => CommentState::parse(name),
            },
            text: value("q").unwrap_or_default().trim().chars().take(TEXT_CHARS).collect(),
            before: CommentId(value("before").and_then(|id| id.parse().ok()).unwrap_or(i64::MAX)),
        }
    }

    fn state_name(&self) -> &'static str {
        self.state.map_or("all", CommentState::as_str)
    }

    /// The path of the list in a state, before a comment.
    fn path(&self, state: &str, before: Option<CommentId>) -> String {
        let mut path = Section::Comments.path().to_owned();
        let before = before.map(|id| id.to_string()).unwrap_or_default();
        let mut separator = '?';
        let fields =
            [("account", self.account.as_str()), ("state", state), ("q", &self.text), ("before", &before)];
        for (name, value) in fields {
            if !value.is_empty() && (name, value) != ("state", "new") {
                path = format!("{path}{separator}{name}={}", paths::encode(value));
                separator = '&';
            }
        }
        path
    }

    /// The path of this page of the list.
    fn own_path(&self) -> String {
        self.path(self.state_name(), Some(self.before).filter(|before| before.0 != i64::MAX))
    }
}

/// The comments on what accounts sent, newest first.
async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let parameters = Parameters::of(|name| query.get(name).map(String::as_str));
    let Some(accounts) = accounts(&operator, &parameters) else {
        return notice(operator.page(), NoticeKind::NotFound);
    };
    if query.contains_key("csv") {
        return file(&pages, &operator, &parameters, accounts)
            .unwrap_or_else(|error| failed(operator.page(), &error));
    }
    match load_list(&pages, &operator, parameters, accounts).await {
        Ok(view) => live::respond(&query, 200, page::comments(&view)),
        Err(error) => failed(operator.page(), &error),
    }
}

/// The accounts of a list. `None` if it names one that the operator may not see.
fn accounts(operator: &Operator, parameters: &Parameters) -> Option<Vec<Arc<ServiceAccount>>> {
    if parameters.account.is_empty() {
        return Some(operator.accounts(ROLES));
    }
    operator.account(&AccountId::from(parameters.account.as_str()), ROLES).map(|account| vec![account])
}

async fn load_list(
    pages: &Pages,
    operator: &Operator,
    parameters: Parameters,
    accounts: Vec<Arc<ServiceAccount>>,
) -> Result<CommentQueue> {
    let viewer = operator.viewer(pages);
    let (lang, zone) = (viewer.lang, viewer.zone());
    let of_list = parameters.clone();
    let read = pages.store.read(operator.corp(), move |tx| {
        let (lines, next) = lines(tx, &viewer, &accounts, &of_list, of_list.before, PER_PAGE)?;
        let ids: Vec<AccountId> = accounts.iter().map(|account| account.id.clone()).collect();
        let mut new = 0;
        for id in &ids {
            new += tx.count_comments_in(&viewer.corp, id, CommentState::New, MOST_NEW)?;
        }
        Ok((lines, next, new))
    });
    let (lines, older, new) = read.await?;
    let t = CommentTexts::of(lang);
    let names = [("new", t.new), ("done", t.done), ("hidden", t.hidden), ("all", t.all)];
    let tabs = names.map(|(code, name)| CommentTab {
        href: parameters.path(code, None),
        name: if code == "new" && new > 0 { format!("{name} {}", at_most(new)) } else { name.to_owned() },
        is_current: code == parameters.state_name(),
    });
    let path = parameters.own_path();
    let separator = if path.contains('?') { '&' } else { '?' };
    Ok(CommentQueue {
        console: operator.console(),
        accounts: operator.choices(ROLES),
        account: parameters.account.clone(),
        state: parameters.state_name(),
        tabs: tabs.into(),
        is_first: parameters.before.0 == i64::MAX,
        first: parameters.path(parameters.state_name(), None),
        older: older.map(|last| parameters.path(parameters.state_name(), Some(last))),
        csv: format!("{path}{separator}csv=1"),
        before: if parameters.before.0 == i64::MAX { String::new() } else { parameters.before.to_string() },
        announcement: t.new_count(new),
        text: parameters.text.clone(),
        watch: (parameters.before.0 == i64::MAX && parameters.text.is_empty())
            .then(|| format!("page=comments&account={}", paths::encode(&parameters.account))),
        lines,
        max_chars: comment::MAX_ANSWER_CHARS,
        zone,
    })
}

/// The newest comments that nothing was done about.
pub fn newest(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    accounts: &[Arc<ServiceAccount>],
    limit: usize,
) -> Result<Vec<CommentLine>> {
    let parameters = Parameters::of(|_| None);
    Ok(lines(tx, viewer, accounts, &parameters, parameters.before, limit)?.0)
}

/// A count that ends at 99.
pub fn at_most(count: usize) -> String {
    if count > 99 { "99+".to_owned() } else { count.to_string() }
}

fn lines(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    accounts: &[Arc<ServiceAccount>],
    parameters: &Parameters,
    before: CommentId,
    limit: usize,
) -> Result<(Vec<CommentLine>, Option<CommentId>)> {
    let filter = CommentFilter {
        accounts: accounts.iter().map(|account| account.id.clone()).collect(),
        state: parameters.state,
        text: parameters.text.clone(),
    };
    let found = comment::queue(tx, &viewer.corp, &filter, before, limit)?;
    let lines = found.items.into_iter().map(|details| {
        let account = accounts.iter().find(|account| account.id == details.comment.account);
        line(tx, viewer, account.map_or("", |account| &account.name), details)
    });
    Ok((lines.collect::<Result<_>>()?, found.next))
}

fn line(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    account: &str,
    CommentDetails { comment, author, .. }: CommentDetails,
) -> Result<CommentLine> {
    let head = tx.article_head(&viewer.corp, comment.article)?;
    let title = head.map(|head| head.published.unwrap_or(head.draft).title);
    Ok(CommentLine {
        id: comment.id.0,
        href: comment_path(&comment.account, comment.id),
        account: account.to_owned(),
        author: comment.author_name,
        userid: author.map(|userid| userid.to_string()),
        html: clean::text_html(&comment.content),
        content: comment.content,
        article: title.unwrap_or_default(),
        state: comment.state,
        is_selected: comment.selected,
        time: viewer.moment(comment.created_at),
        answer: comment.answer.map(|answer| (answer.content, viewer.moment(answer.at))),
    })
}

fn comment_path(account: &AccountId, id: CommentId) -> String {
    format!("{}/{}/{id}", Section::Comments.path(), paths::encode(account.as_str()))
}

/// The list as a file, with the filter of the page, all pages.
fn file(
    pages: &Pages,
    operator: &Operator,
    parameters: &Parameters,
    accounts: Vec<Arc<ServiceAccount>>,
) -> Result<Response<Body>> {
    let lang = operator.signed_in.lang;
    let (c, t) = (texts(lang), CommentTexts::of(lang));
    let headings =
        [c.time, c.account, t.article, t.author, c.userid, t.content, c.status, c.selected, t.answer];
    let parameters = parameters.clone();
    csv::stored(pages, operator, "comments", &headings, CommentId(i64::MAX), move |tx, viewer, before| {
        let (lines, next) = lines(tx, viewer, &accounts, &parameters, before, CSV_BATCH)?;
        Ok((lines.into_iter().map(|line| cells(t, line)).collect(), next))
    })
}

fn cells(t: &CommentTexts, line: CommentLine) -> Vec<String> {
    vec![
        line.time.full,
        line.account,
        line.article,
        line.author,
        line.userid.unwrap_or_default(),
        line.content,
        t.state(line.state).to_owned(),
        if line.is_selected { "1".to_owned() } else { String::new() },
        line.answer.map(|(content, _)| content).unwrap_or_default(),
    ]
}

/// A comment.
async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): Path<(String, i64)>,
) -> Response<Body> {
    show_with(&pages, &operator, &AccountId::from(unionid), CommentId(id), None).await
}

/// Shows a comment, with an answer that was refused and the reason.
async fn show_with(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    id: CommentId,
    refused: Option<(String, String)>,
) -> Response<Body> {
    let status = if refused.is_some() { 422 } else { 200 };
    match load(pages, operator, account, id, refused).await {
        Ok(Some(view)) => html(status, PageKind::App, page::comment(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    id: CommentId,
    refused: Option<(String, String)>,
) -> Result<Option<CommentPage>> {
    let Some(account) = operator.account(account, ROLES) else { return Ok(None) };
    let viewer = operator.viewer(pages);
    let zone = viewer.zone();
    let read =
        pages.store.read(operator.corp(), move |tx| match comment::get(tx, &viewer.corp, &account.id, id) {
            Ok(found) => line(tx, &viewer, &account.name, found).map(Some),
            Err(Error::Rule(Rule::UnknownComment)) => Ok(None),
            Err(error) => Err(error),
        });
    let Some(line) = read.await? else { return Ok(None) };
    let (typed, problem) = refused.unzip();
    Ok(Some(CommentPage {
        console: operator.console(),
        list: format!("{}#comment-{id}", Section::Comments.path()),
        typed,
        problem,
        line,
        max_chars: comment::MAX_ANSWER_CHARS,
        zone,
    }))
}

/// The unit of work of a form.
type Change = Box<dyn FnOnce(&mut Tx<'_>) -> Result<()> + Send>;

/// Selects, answers, hides, finishes or deletes a comment, and leads back to the page that has the form.
async fn change(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): Path<(String, i64)>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    if operator.account(&account, ROLES).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let Some((action, work)) = work(&pages, &operator, &account, CommentId(id), &form) else {
        return notice(operator.page(), NoticeKind::NotFound);
    };
    match pages.store.write(operator.corp(), operator.signature(&pages, action), work).await {
        // It is gone: that is what was wanted, or another operator was faster.
        Ok(()) | Err(Error::Rule(Rule::UnknownComment)) => {
            let path = if form.text("page") == "comment" && action != "console.comment.delete" {
                comment_path(&account, CommentId(id))
            } else {
                let value = |name: &str| Some(form.text(name)).filter(|value| !value.is_empty());
                format!("{}#comment-{id}", Parameters::of(value).own_path())
            };
            uncached(Redirect::to(&path).into_response())
        }
        Err(Error::Invalid { field, .. }) if field == "text" => {
            let t = CommentTexts::of(operator.signed_in.lang);
            let problem = t.answer_too_long(comment::MAX_ANSWER_CHARS);
            let refused = (form.lines("text"), problem);
            show_with(&pages, &operator, &account, CommentId(id), Some(refused)).await
        }
        Err(Error::Rule(Rule::AccountDisabled)) => {
            let refused = (form.lines("text"), texts(operator.signed_in.lang).account_disabled.to_owned());
            show_with(&pages, &operator, &account, CommentId(id), Some(refused)).await
        }
        Err(error) => failed(operator.page(), &error),
    }
}

/// The action of a form for the audit trail, and its unit of work; `None` for an unknown one.
fn work(
    pages: &Pages,
    operator: &Operator,
    of: &AccountId,
    id: CommentId,
    form: &Pairs,
) -> Option<(&'static str, Change)> {
    let (corp, of, env) = (operator.corp().clone(), of.clone(), pages.env.clone());
    Some(match form.text("action") {
        "select" => ("console.comment.select", Box::new(move |tx| comment::select(tx, &corp, &of, id, true))),
        "unselect" => {
            ("console.comment.unselect", Box::new(move |tx| comment::select(tx, &corp, &of, id, false)))
        }
        "hide" => ("console.comment.hide", Box::new(move |tx| comment::hide(tx, &corp, &of, id, true))),
        "unhide" => ("console.comment.unhide", Box::new(move |tx| comment::hide(tx, &corp, &of, id, false))),
        "done" => ("console.comment.done", Box::new(move |tx| comment::mark_as_done(tx, &corp, &of, id))),
        "answer" => {
            let text = form.lines("text");
            let work = move |tx: &mut Tx<'_>| comment::answer(tx, &env, &corp, &of, id, &text);
            ("console.comment.answer", Box::new(work))
        }
        "delete" => ("console.comment.delete", Box::new(move |tx| comment::delete(tx, &corp, &of, id))),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_has_the_filter() {
        let of = |pairs: &[(&'static str, &'static str)]| {
            let value = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
            Parameters::of(value).own_path()
        };
        assert_eq!(of(&[]), "/console/comments");
        assert_eq!(of(&[("state", "new")]), "/console/comments");
        assert_eq!(of(&[("state", "nonsense")]), "/console/comments?state=all");
        let all = of(&[("account", "a&b"), ("state", "hidden"), ("q", " x y "), ("before", "7")]);
        assert_eq!(all, "/console/comments?account=a%26b&state=hidden&q=x%20y&before=7");
    }
}
