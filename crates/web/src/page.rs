//! One function for each page and fragment. An error means that a template failed to render, which no input causes.

use askama::Template;
use carillon_domain::password::Objection;

use crate::{
    accent,
    assets::{self, Links},
    console, paths,
    text::{Lang, Texts},
    view::{
        AccountAction, Article, ButtonLayout, ChangePassword, ChoiceError, ChoosePassword, CommentError,
        Comments, Composer, Conversation, ConversationList, DingChannel, Forwarding, Item, Me, MenuAction,
        MenuButton, Message, MessageBody, Notice, NoticeKind, OrganisationChoice, OtherOrganisation, Page,
        PasswordError, PermissionNeeded, Profile, Search, SignIn, SignInError, SignedOut,
    },
};

/// A page or fragment as HTML.
pub type Html = Result<String, askama::Error>;

/// What templates get besides the view.
pub(crate) struct Frame<'a> {
    pub(crate) page: &'a Page,
    pub(crate) t: &'static Texts,
    pub(crate) assets: Links,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(page: &'a Page) -> Frame<'a> {
        Frame { page, t: page.lang.texts(), assets: assets::links() }
    }

    pub(crate) fn switch_language(&self) -> String {
        paths::language(self.page.lang.other().code(), &self.page.path)
    }

    /// The texts that scripts show, by the names of their `data-text-` attributes.
    pub(crate) fn script_texts(&self) -> [(&'static str, &'static str); 28] {
        let t = self.t;
        [
            ("you", t.you),
            ("recalled", t.recalled_now),
            ("unread", t.unread_from),
            ("older", t.older_loaded),
            ("loading", t.loading),
            ("failed", t.failed),
            ("copied", t.copied),
            ("sending", t.sending),
            ("waits", t.send_waits),
            ("soon", t.send_again_soon),
            ("not-sent", t.not_sent),
            ("again", t.send_again),
            ("edit", t.edit),
            ("discard", t.discard),
            ("discard-sure", t.discard_sure),
            ("keep", t.keep),
            ("cancel", t.cancel),
            ("uploading", t.uploading),
            ("chosen", t.chosen_pictures),
            ("remove", t.remove_picture),
            ("picture", t.picture_waiting),
            ("too-many", t.too_many_pictures),
            ("too-long", t.chat_text_too_long),
            ("picture-invalid", t.picture_invalid),
            ("picture-too-large", t.picture_too_large),
            ("sign-out", t.sign_out_unsent),
            ("sign-out-lost", t.sign_out_lost),
            ("notification", t.notification),
        ]
    }

    pub(crate) fn sign_in(&self) -> String {
        paths::sign_in(&self.page.path)
    }

    /// The last part of page titles.
    pub(crate) fn site(&self) -> &str {
        self.page.organisation.as_ref().map_or("Carillon", |organisation| organisation.name.as_str())
    }

    /// The path of the style sheet for the accent colour; `None` for the default colours.
    pub(crate) fn accent(&self) -> Option<String> {
        Some(self.in_scheme(&accent::path(self.page.organisation.as_ref()?.accent?)))
    }

    /// The path of the style sheet.
    pub(crate) fn style(&self) -> String {
        self.in_scheme(self.assets.style)
    }

    fn in_scheme(&self, path: &str) -> String {
        match self.page.scheme {
            Some(scheme) => format!("{path}?scheme={}", scheme.code()),
            None => path.to_owned(),
        }
    }
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    frame: Frame<'a>,
    view: &'a SignIn,
    error: Option<&'static str>,
}

/// The sign-in page of an organisation.
pub fn sign_in(view: &SignIn) -> Html {
    let t = view.page.lang.texts();
    let error = view.error.map(|error| match error {
        SignInError::WrongPassword => t.wrong_password,
        SignInError::TooManyTries => t.too_many_tries,
        SignInError::Busy => t.sign_in_busy,
        SignInError::ProviderOnly => t.provider_only,
        SignInError::ProviderOff => t.provider_off,
        SignInError::ProviderExpired => t.provider_expired,
        SignInError::ProviderDenied => t.provider_denied,
        SignInError::ProviderUnreachable => t.provider_unreachable,
        SignInError::ProviderFailed => t.provider_failed,
        SignInError::NoMember => t.no_member,
        SignInError::NoUserid => t.no_userid,
        SignInError::UnverifiedEmail => t.unverified_email,
        SignInError::UnverifiedMobile => t.unverified_mobile,
        SignInError::LinkedToAnother => t.linked_to_another,
    });
    SignInPage { frame: Frame::new(&view.page), view, error }.render()
}

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOutPage<'a> {
    frame: Frame<'a>,
    view: &'a SignedOut,
}

/// The page after signing out of an organisation with a provider.
pub fn signed_out(view: &SignedOut) -> Html {
    SignedOutPage { frame: Frame::new(&view.page), view }.render()
}

#[derive(Template)]
#[template(path = "organisation_choice.html")]
struct OrganisationChoicePage<'a> {
    frame: Frame<'a>,
    view: &'a OrganisationChoice,
    error: Option<&'static str>,
}

/// The page that asks for the organisation to sign in to.
pub fn organisation_choice(view: &OrganisationChoice) -> Html {
    let t = view.page.lang.texts();
    let error = view.problem.map(|problem| match problem {
        ChoiceError::Missing => t.organisation_missing,
        ChoiceError::Unknown => t.organisation_unknown,
    });
    OrganisationChoicePage { frame: Frame::new(&view.page), view, error }.render()
}

#[derive(Template)]
#[template(path = "other_organisation.html")]
struct OtherOrganisationPage<'a> {
    frame: Frame<'a>,
    view: &'a OtherOrganisation,
}

/// The entry page of another organisation, for a member who is signed in.
pub fn other_organisation(view: &OtherOrganisation) -> Html {
    OtherOrganisationPage { frame: Frame::new(&view.page), view }.render()
}

#[derive(Template)]
#[template(path = "me.html")]
struct MePage<'a> {
    frame: Frame<'a>,
    view: &'a Me,
}

impl MePage<'_> {
    fn done(&self) -> Option<&'static str> {
        self.view.done.map(|done| match done {
            AccountAction::Password => self.frame.t.password_changed,
            AccountAction::Sessions => self.frame.t.sessions_ended,
        })
    }
}

/// The account page of a member.
pub fn me(view: &Me) -> Html {
    MePage { frame: Frame::new(&view.page), view }.render()
}

#[derive(Template)]
#[template(path = "change_password.html")]
struct ChangePasswordPage<'a> {
    frame: Frame<'a>,
    view: &'a ChangePassword,
    error: Option<&'static str>,
}

impl ChangePasswordPage<'_> {
    /// True if the error is about the current password.
    fn is_about_current(&self) -> bool {
        self.view.error == Some(PasswordError::WrongCurrent)
    }

    /// True if the error is about the new password.
    fn is_about_new(&self) -> bool {
        matches!(self.view.error, Some(PasswordError::Different | PasswordError::Objection(_)))
    }
}

/// The form to change the password.
pub fn change_password(view: &ChangePassword) -> Html {
    let error = view.error.map(|error| password_error(view.page.lang.texts(), error));
    ChangePasswordPage { frame: Frame::new(&view.page), view, error }.render()
}

fn password_error(t: &'static Texts, error: PasswordError) -> &'static str {
    match error {
        PasswordError::WrongCurrent => t.current_password_wrong,
        PasswordError::Different => t.passwords_differ,
        PasswordError::Objection(Objection::TooShort) => t.password_too_short,
        PasswordError::Objection(Objection::TooLong) => t.password_too_long,
        PasswordError::Objection(Objection::IsUserid) => t.password_is_userid,
        PasswordError::Objection(Objection::IsCommon) => t.password_is_common,
        PasswordError::Objection(Objection::IsCurrent) => t.password_is_current,
        PasswordError::TooManyTries => t.too_many_tries,
        PasswordError::Busy => t.sign_in_busy,
    }
}

#[derive(Template)]
#[template(path = "choose_password.html")]
struct ChoosePasswordPage<'a> {
    frame: Frame<'a>,
    t: &'static console::ConsoleTexts,
    view: &'a ChoosePassword,
    error: Option<&'static str>,
}

/// The page of a link by which a member chooses a password.
pub fn choose_password(view: &ChoosePassword) -> Html {
    let error = view.error.map(|error| password_error(view.page.lang.texts(), error));
    let (frame, t) = (Frame::new(&view.page), console::texts(view.page.lang));
    ChoosePasswordPage { frame, t, view, error }.render()
}

#[derive(Template)]
#[template(path = "list.html", blocks = ["rows"])]
struct ListPage<'a> {
    frame: Frame<'a>,
    view: &'a ConversationList,
}

impl ListPage<'_> {
    fn badge(&self, unread: &u64) -> String {
        if *unread > 99 { "99+".to_owned() } else { unread.to_string() }
    }
}

/// The list of conversations.
pub fn conversation_list(view: &ConversationList) -> Html {
    ListPage { frame: Frame::new(&view.page), view }.render()
}

/// Only the rows of the list: `/inbox?fragment=list`.
pub fn conversation_list_fragment(view: &ConversationList) -> Html {
    ListPage { frame: Frame::new(&view.page), view }.as_rows().render()
}

#[derive(Template)]
#[template(path = "conversation.html", blocks = ["messages"])]
struct ConversationPage<'a> {
    frame: Frame<'a>,
    view: &'a Conversation,
}

impl ConversationPage<'_> {
    fn older_path(&self, cursor: &str) -> String {
        format!("{}?before={}", self.view.account.href(), paths::encode(cursor))
    }

    /// False if all buttons are parents without items.
    fn has_menu(&self) -> bool {
        self.view.menu.iter().any(|button| match button {
            MenuButton::Item(_) => true,
            MenuButton::Parent { items, .. } => !items.is_empty(),
        })
    }

    fn has_dock(&self) -> bool {
        self.has_menu() || !matches!(self.view.composer, Composer::Absent)
    }
}

/// A conversation.
pub fn conversation(view: &Conversation) -> Html {
    ConversationPage { frame: Frame::new(&view.page), view }.render()
}

/// Only the messages, with the link to earlier ones: `…?before=…&fragment=messages`.
pub fn messages_fragment(view: &Conversation) -> Html {
    ConversationPage { frame: Frame::new(&view.page), view }.as_messages().render()
}

#[derive(Template)]
#[template(path = "messages_alone.html")]
struct MessagesFragment<'a> {
    t: &'static Texts,
    messages: &'a [Message],
}

/// Only some messages: `/inbox/a/{unionid}/messages/{id}`, and the response to an action of the member.
pub fn messages_alone(lang: Lang, messages: &[Message]) -> Html {
    MessagesFragment { t: lang.texts(), messages }.render()
}

#[derive(Template)]
#[template(path = "search.html", blocks = ["results"])]
struct SearchPage<'a> {
    frame: Frame<'a>,
    view: &'a Search,
}

impl SearchPage<'_> {
    fn further_path(&self, before: &str) -> String {
        let of = self
            .view
            .account
            .as_ref()
            .map_or_else(String::new, |account| format!("&in={}", paths::encode(&account.unionid)));
        format!(
            "{}?q={}{of}&before={}",
            paths::SEARCH,
            paths::encode(&self.view.query),
            paths::encode(before)
        )
    }

    /// The path that the back link leads to.
    fn back_path(&self) -> String {
        self.view
            .account
            .as_ref()
            .map_or_else(|| paths::INBOX.to_owned(), |account| format!("{}#latest", account.href()))
    }
}

/// The search page.
pub fn search(view: &Search) -> Html {
    SearchPage { frame: Frame::new(&view.page), view }.render()
}

/// Only the results: `/inbox/search?q=…&before=…&fragment=results`.
pub fn search_results_fragment(view: &Search) -> Html {
    SearchPage { frame: Frame::new(&view.page), view }.as_results().render()
}

#[derive(Template)]
#[template(path = "profile.html")]
struct ProfilePage<'a> {
    frame: Frame<'a>,
    view: &'a Profile,
}

/// The profile page of an account.
pub fn profile(view: &Profile) -> Html {
    ProfilePage { frame: Frame::new(&view.page), view }.render()
}

#[derive(Template)]
#[template(path = "article.html")]
struct ArticlePage<'a> {
    frame: Frame<'a>,
    view: &'a Article,
}

impl ArticlePage<'_> {
    fn error(&self, comments: &Comments) -> Option<String> {
        let t = self.frame.t;
        comments.error.map(|error| match error {
            CommentError::Empty => t.comment_empty.to_owned(),
            CommentError::TooLong => self.frame.page.lang.comment_too_long(comments.max_chars),
            CommentError::TooMany => t.comment_too_many.to_owned(),
        })
    }
}

/// An article page.
pub fn article(view: &Article) -> Html {
    ArticlePage { frame: Frame::new(&view.page), view }.render()
}

#[derive(Template)]
#[template(path = "permission.html")]
struct PermissionPage<'a> {
    frame: Frame<'a>,
    view: &'a PermissionNeeded,
}

/// The page that says how to grant an app the permissions that it lacks.
pub fn permission_needed(view: &PermissionNeeded) -> Html {
    PermissionPage { frame: Frame::new(&view.page), view }.render()
}

#[derive(Template)]
#[template(path = "notice.html")]
struct NoticePage<'a> {
    frame: Frame<'a>,
    view: &'a Notice,
    heading: &'static str,
    next: &'static str,
}

/// A page that says why the content is not there.
pub fn notice(view: &Notice) -> Html {
    let (heading, next) = view.kind.texts(view.page.lang);
    NoticePage { frame: Frame::new(&view.page), view, heading, next }.render()
}
