//! The articles of a card in a form: what its buttons do, and what it shows.

use carillon_domain::card;
use carillon_model::{
    error::Result,
    id::{AccountId, ArticleId, CorpId},
    message::Message,
};
use carillon_store::Tx;

use crate::{
    clean::Picture,
    console::{
        form::Pairs,
        page::{ArticleChoice, CardFields, ChosenArticle},
        text::cards::CardTexts,
    },
    routes::Viewer,
};

/// Articles to add.
const FOUND: i64 = 20;
/// The most characters of a search.
const SEARCH_CHARS: usize = 64;

/// A button of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Button {
    Up(i64),
    Down(i64),
    /// The article comes to a place, from 0.
    Place(i64, usize),
    Remove(i64),
    Add(i64),
    /// Searches for articles to add.
    Find,
}

impl Button {
    fn parse(text: &str) -> Option<Self> {
        if text == "find" {
            return Some(Self::Find);
        }
        let (name, rest) = text.split_once(':')?;
        let id = || rest.parse().ok();
        Some(match name {
            "up" => Self::Up(id()?),
            "down" => Self::Down(id()?),
            "remove" => Self::Remove(id()?),
            "add" => Self::Add(id()?),
            "place" => {
                let (id, place) = rest.split_once(':')?;
                Self::Place(id.parse().ok()?, place.parse().ok()?)
            }
            _ => return None,
        })
    }

    fn article(self) -> Option<i64> {
        match self {
            Self::Up(id) | Self::Down(id) | Self::Place(id, _) | Self::Remove(id) | Self::Add(id) => Some(id),
            Self::Find => None,
        }
    }

    fn apply(self, articles: &mut Vec<i64>) {
        let at = self.article().and_then(|id| articles.iter().position(|one| *one == id));
        match (self, at) {
            (Self::Add(id), None) if articles.len() < card::MAX_ARTICLES => articles.push(id),
            (Self::Up(_), Some(at)) if at > 0 => articles.swap(at, at - 1),
            (Self::Down(_), Some(at)) if at + 1 < articles.len() => articles.swap(at, at + 1),
            (Self::Place(id, place), Some(at)) => {
                articles.remove(at);
                articles.insert(place.min(articles.len()), id);
            }
            (Self::Remove(_), Some(at)) => {
                articles.remove(at);
            }
            _ => {}
        }
    }
}

/// The articles of a submitted form, after its button.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submitted {
    /// The articles in their order.
    pub articles: Vec<i64>,
    /// What titles are searched for.
    pub find: String,
    /// The button; `None` if the form is to be saved.
    button: Option<Button>,
}

impl Submitted {
    /// Articles as they are stored.
    pub fn of(articles: Vec<i64>) -> Self {
        Self { articles, ..Self::default() }
    }

    /// Reads the form. One article too many is kept, for the refusal.
    pub fn read(form: &Pairs) -> Self {
        let mut articles = form.numbers("article");
        articles.truncate(card::MAX_ARTICLES + 1);
        let button = Button::parse(form.text("do"));
        if let Some(button) = button {
            button.apply(&mut articles);
        }
        let find = form.text("article_find").trim().chars().take(SEARCH_CHARS).collect();
        Self { articles, find, button }
    }

    /// Returns true if a button changes the form, and nothing is to be saved.
    pub fn is_arranged(&self) -> bool {
        self.button.is_some()
    }

    /// The ids.
    pub fn ids(&self) -> Vec<ArticleId> {
        self.articles.iter().copied().map(ArticleId).collect()
    }
}

/// What the form shows. `stored` are the articles of the stored card.
pub fn fields(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    account: &AccountId,
    submitted: &Submitted,
    stored: &[i64],
) -> Result<CardFields> {
    let kt = CardTexts::of(viewer.lang);
    let mut chosen = Vec::with_capacity(submitted.articles.len());
    for id in &submitted.articles {
        chosen.push(chosen_article(tx, &viewer.corp, account, ArticleId(*id), kt)?);
    }
    let is_full = chosen.len() >= card::MAX_ARTICLES;
    let mut found = Vec::new();
    if !is_full {
        // Those that are chosen already are left out of the rows.
        let limit = FOUND + i64::try_from(chosen.len()).unwrap_or_default();
        for (id, at, headline) in tx.published_titles(&viewer.corp, account, &submitted.find, limit)? {
            if submitted.articles.contains(&id.0) {
                continue;
            }
            let cover = headline.thumb_media_id.and_then(|id| Picture::media(id.as_str()));
            found.push(ArticleChoice {
                id: id.0,
                title: headline.title,
                cover,
                published: viewer.moment(at),
            });
        }
        found.truncate(usize::try_from(FOUND).unwrap_or_default());
    }
    let status = match submitted.button {
        Some(button) => status(tx, &viewer.corp, account, kt, button, &chosen)?,
        None => String::new(),
    };
    let is_unsaved = submitted.articles != stored;
    Ok(CardFields { chosen, find: submitted.find.clone(), found, is_full, is_unsaved, status })
}

/// Returns the articles of a message that is a card.
pub fn stored(tx: &mut Tx<'_>, corp: &CorpId, message: Option<&Message>) -> Result<Vec<i64>> {
    let card = match message.and_then(Message::card) {
        Some(id) => tx.card(corp, id)?,
        None => None,
    };
    Ok(card.map_or_else(Vec::new, |card| card.articles.into_iter().map(|id| id.0).collect()))
}

fn chosen_article(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    id: ArticleId,
    kt: &CardTexts,
) -> Result<ChosenArticle> {
    let head = tx.article_head(corp, id)?.filter(|head| head.account == *account);
    let Some(head) = head else {
        let title = id.to_string();
        return Ok(ChosenArticle { id: id.0, title, cover: None, problem: Some(kt.deleted) });
    };
    let problem = match (head.deleted, &head.published) {
        (true, _) => Some(kt.deleted),
        (false, None) => Some(kt.unpublished),
        (false, Some(_)) => None,
    };
    let headline = head.published.unwrap_or(head.draft);
    let cover = headline.thumb_media_id.and_then(|id| Picture::media(id.as_str()));
    Ok(ChosenArticle { id: id.0, title: headline.title, cover, problem })
}

fn status(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    kt: &CardTexts,
    button: Button,
    chosen: &[ChosenArticle],
) -> Result<String> {
    let Some(id) = button.article() else { return Ok(String::new()) };
    let at = chosen.iter().enumerate().find(|(_, one)| one.id == id);
    Ok(match at {
        Some((at, one)) => kt.is_at(&one.title, at + 1, chosen.len()),
        None if matches!(button, Button::Remove(_)) => {
            kt.removed(&chosen_article(tx, corp, account, ArticleId(id), kt)?.title)
        }
        None => kt.full.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(button: &str, articles: &[i64]) -> Vec<i64> {
        let mut pairs: Vec<(&str, String)> = articles.iter().map(|id| ("article", id.to_string())).collect();
        pairs.push(("do", button.to_owned()));
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Submitted::read(&Pairs::of(&pairs)).articles
    }

    #[test]
    fn buttons_change_the_order() {
        for (button, expected) in [
            ("up:3", [1, 3, 2, 4]),
            ("up:1", [1, 2, 3, 4]),
            ("down:1", [2, 1, 3, 4]),
            ("down:4", [1, 2, 3, 4]),
            ("place:4:0", [4, 1, 2, 3]),
            ("place:1:2", [2, 3, 1, 4]),
            ("place:1:99", [2, 3, 4, 1]),
            ("place:9:0", [1, 2, 3, 4]),
            ("up:x", [1, 2, 3, 4]),
            ("", [1, 2, 3, 4]),
        ] {
            assert_eq!(after(button, &[1, 2, 3, 4]), expected, "{button}");
        }
        assert_eq!(after("remove:2", &[1, 2]), [1]);
        assert_eq!(after("add:3", &[1, 2]), [1, 2, 3]);
        assert_eq!(after("add:2", &[1, 2]), [1, 2]);
        let seven: Vec<i64> = (1..=7).collect();
        assert_eq!(after("add:8", &seven).len(), 8);
        assert_eq!(after("add:9", &after("add:8", &seven)).len(), 8);
    }
}
