//! Where readers find an article.

use carillon_model::id::{ArticleId, CorpId};

/// The path of an article's page.
pub fn path(corp: &CorpId, id: ArticleId) -> String {
    format!("/article/{corp}/{id}")
}

/// The link of an article on a server; none before the first publish.
pub fn of(base_url: &str, corp: &CorpId, id: ArticleId, is_published: bool) -> Option<String> {
    is_published.then(|| format!("{}{}", base_url.trim_end_matches('/'), path(corp, id)))
}
