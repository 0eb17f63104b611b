//! The menu below the conversation with a service account.

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result},
    id::{AccountId, ArticleId, CardId, CorpId, MediaId},
    media::MediaType,
    service_account::{Menu, MenuButton, MenuButtonKind, ServiceAccount},
};
use carillon_store::Tx;

use crate::{account, article};

/// Maximum number of buttons side by side. Decided, as no number is documented: no phone shows more.
pub const MAX_BUTTONS: usize = 10;
/// Maximum number of items below one button. Decided likewise.
pub const MAX_CHILDREN: usize = 20;
/// Maximum number of characters of a label. No lengths are documented; these are generous.
pub const MAX_NAME_CHARS: usize = 60;
/// Maximum number of characters of the key of an event.
pub const MAX_KEY_CHARS: usize = 512;
/// Maximum number of characters of an address.
pub const MAX_URL_CHARS: usize = 4_096;
/// Maximum number of characters of the id of a picture, a card or an article.
pub const MAX_MEDIA_ID_CHARS: usize = 128;

/// Replaces the whole menu.
pub fn set(tx: &mut Tx<'_>, corp: &CorpId, id: &AccountId, menu: &Menu) -> Result<()> {
    account::enabled(tx, corp, id)?;
    check(tx, corp, id, menu)?;
    let before = tx.state().corp(corp)?.account(id)?.menu.clone().unwrap_or_default();
    let change = Change::updated(Subject::Menu, id)
        .between("button", names(&before), names(menu))
        .between("enable_input", before.enable_input, menu.enable_input)
        .between("stopped", before.stopped, menu.stopped);
    tx.changed(corp, change);
    tx.set_menu(corp, id, menu)
}

/// Checks a menu without storing it.
///
/// # Errors
/// [`Error::Invalid`] with the path of the field.
pub fn check(tx: &mut Tx<'_>, corp: &CorpId, id: &AccountId, menu: &Menu) -> Result<()> {
    check_size(menu)?;
    for (index, button) in menu.buttons.iter().enumerate() {
        let path = format!("menu.button[{index}]");
        // The action of a parent button is stored and ignored: a tap opens its items.
        if button.children.is_empty() {
            check_leaf(tx, corp, id, button, &path)?;
        }
        for (index, item) in button.children.iter().enumerate() {
            let path = format!("{path}.sub_button[{index}]");
            if !item.children.is_empty() {
                return Err(Error::invalid(
                    format!("{path}.sub_button"),
                    "must be empty: a menu has two levels",
                ));
            }
            check_leaf(tx, corp, id, item, &path)?;
        }
    }
    Ok(())
}

/// Checks the numbers of buttons and items, and the lengths of their texts.
///
/// # Errors
/// [`Error::Invalid`] with the path of the field.
pub fn check_size(menu: &Menu) -> Result<()> {
    require_at_most(&menu.buttons, MAX_BUTTONS, "menu.button")?;
    for (index, button) in menu.buttons.iter().enumerate() {
        let path = format!("menu.button[{index}]");
        check_lengths(button, &path)?;
        let path = format!("{path}.sub_button");
        require_at_most(&button.children, MAX_CHILDREN, &path)?;
        for (index, item) in button.children.iter().enumerate() {
            check_lengths(item, &format!("{path}[{index}]"))?;
        }
    }
    Ok(())
}

fn check_lengths(button: &MenuButton, path: &str) -> Result<()> {
    let fields = [
        ("name", Some(&button.name), MAX_NAME_CHARS),
        ("key", button.key.as_ref(), MAX_KEY_CHARS),
        ("url", button.url.as_ref(), MAX_URL_CHARS),
        ("media_id", button.media_id.as_ref(), MAX_MEDIA_ID_CHARS),
    ];
    for (field, text, max_chars) in fields {
        if text.is_some_and(|text| text.chars().count() > max_chars) {
            return Err(Error::invalid(
                format!("{path}.{field}"),
                format!("must have at most {max_chars} characters"),
            ));
        }
    }
    if button.name.trim().is_empty() {
        return Err(Error::invalid(format!("{path}.name"), "must not be empty"));
    }
    Ok(())
}

/// Returns the stored menu. An account that never had one gets an empty menu that lets members write.
pub fn get(tx: &Tx<'_>, corp: &CorpId, id: &AccountId) -> Result<Menu> {
    let account = tx.state().corp(corp)?.account(id)?;
    Ok(account.menu.clone().unwrap_or(Menu { buttons: Vec::new(), enable_input: true, stopped: false }))
}

/// Returns an item of the visible menu by its position: the button, and the item below it if the button has items.
pub fn item(account: &ServiceAccount, button: usize, item: Option<usize>) -> Option<&MenuButton> {
    let menu = account.menu.as_ref().filter(|menu| !menu.stopped)?;
    let button = menu.buttons.get(button)?;
    match item {
        Some(item) => button.children.get(item),
        None => Some(button).filter(|button| button.children.is_empty()),
    }
}

/// Returns the URL that a button opens: its own, or that of its article. None if that article is not published.
pub fn target(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    id: &AccountId,
    button: &MenuButton,
    env: &Env,
    base_url: &str,
) -> Result<Option<String>> {
    if button.kind != Some(MenuButtonKind::ViewArticle) || !button.children.is_empty() {
        return Ok(button.url.clone());
    }
    let Some(article_id) = button.media_id.as_deref().and_then(article_id) else { return Ok(None) };
    let article =
        tx.article_head(corp, article_id)?.filter(|article| article.account == *id && !article.deleted);
    Ok(article
        .and_then(|one| article::article_link::url(env, base_url, corp, one.id, one.published.is_some())))
}

/// The button labels as text for the audit trail.
fn names(menu: &Menu) -> String {
    let of = |button: &MenuButton| match button.children.as_slice() {
        [] => button.name.clone(),
        items => {
            let items: Vec<&str> = items.iter().map(|item| item.name.as_str()).collect();
            format!("{} ({})", button.name, items.join(", "))
        }
    };
    menu.buttons.iter().map(of).collect::<Vec<_>>().join(", ")
}

fn check_leaf(tx: &mut Tx<'_>, corp: &CorpId, id: &AccountId, button: &MenuButton, path: &str) -> Result<()> {
    let Some(kind) = button.kind else {
        return Err(Error::invalid(format!("{path}.type"), "is needed for a button without sub_button"));
    };
    let is_filled = |value: &Option<String>| value.as_deref().is_some_and(|text| !text.trim().is_empty());
    match kind {
        MenuButtonKind::Click if !is_filled(&button.key) => {
            Err(Error::invalid(format!("{path}.key"), "is needed for the type click"))
        }
        MenuButtonKind::View if !is_filled(&button.url) => {
            Err(Error::invalid(format!("{path}.url"), "is needed for the type view"))
        }
        MenuButtonKind::View if button.url.as_deref().is_some_and(runs_script) => {
            Err(Error::invalid(format!("{path}.url"), "must be a link, and not a script"))
        }
        MenuButtonKind::Click | MenuButtonKind::View => Ok(()),
        MenuButtonKind::MediaId => match button.media_id.as_deref() {
            Some(media) if is_card_or_picture(tx, corp, id, media)? => Ok(()),
            _ => Err(Error::invalid(
                format!("{path}.media_id"),
                "must be a card of the account or an uploaded picture",
            )),
        },
        MenuButtonKind::ViewArticle => match button.media_id.as_deref().and_then(article_id) {
            Some(article) => article::find(tx, corp, id, article).map(drop).map_err(|error| match error {
                Error::Rule(_) => unknown_article(path),
                error => error,
            }),
            None => Err(unknown_article(path)),
        },
    }
}

fn unknown_article(path: &str) -> Error {
    Error::invalid(format!("{path}.media_id"), "must be the article_id of an article of the account")
}

fn article_id(text: &str) -> Option<ArticleId> {
    text.trim().parse().ok().map(ArticleId)
}

fn is_card_or_picture(tx: &mut Tx<'_>, corp: &CorpId, id: &AccountId, media: &str) -> Result<bool> {
    if tx.card(corp, &CardId::from(media))?.is_some_and(|card| card.account == *id) {
        return Ok(true);
    }
    Ok(tx.media(corp, &MediaId::from(media))?.is_some_and(|media| media.media_type == MediaType::Image))
}

/// Returns true if a browser would run the URL as a script. Browsers skip control characters inside the scheme.
fn runs_script(url: &str) -> bool {
    let plain: String =
        url.chars().filter(|character| !character.is_control() && *character != ' ').collect();
    let scheme = plain.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("javascript" | "data" | "vbscript"))
}

fn require_at_most(buttons: &[MenuButton], most: usize, path: &str) -> Result<()> {
    if buttons.len() > most {
        return Err(Error::invalid(path.to_owned(), format!("must have at most {most} items")));
    }
    Ok(())
}
