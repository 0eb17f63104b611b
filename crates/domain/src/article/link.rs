//! Where readers find an article.

use carillon_model::{
    article::Article,
    id::{ArticleId, CorpId},
};

/// The path of an article's page.
pub fn path(corp: &CorpId, id: ArticleId) -> String {
    format!("/article/{corp}/{id}")
}

/// The link of an article on a server; none before the first publish.
pub fn of(base_url: &str, corp: &CorpId, article: &Article) -> Option<String> {
    article
        .published
        .as_ref()
        .map(|_| format!("{}{}", base_url.trim_end_matches('/'), path(corp, article.id)))
}
