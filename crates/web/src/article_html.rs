//! The sanitised HTML of articles. Each article is sanitised once for each version of the rules, on a blocking thread, and the
//! result is stored.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use carillon_model::{
    article::ArticleCopy,
    audit::Signature,
    env::Env,
    error::{Error, Result},
    id::{ArticleId, CorpId},
    time::Timestamp,
};
use carillon_store::{Store, Tx};
use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use lru::LruCache;
use tokio::sync::Semaphore;

use crate::{
    clean::{self, CleanHtml},
    paths,
};

/// The most articles that are cleaned at the same time: each takes a thread, and up to 80 MB.
const MAX_CONCURRENT: usize = 2;
/// The most entries for articles that are being cleaned or could not be stored.
const MAX_UNDER_WAY: NonZeroUsize = NonZeroUsize::new(16).unwrap();

/// One version of one copy of an article.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ArticleVersion {
    /// The organisation.
    pub corp: CorpId,
    /// The article.
    pub id: ArticleId,
    /// The copy: draft or published.
    pub copy: ArticleCopy,
    /// The time of the last change of that copy.
    pub changed_at: Timestamp,
}

/// `None` if the article does not exist any more. The error is a text because all waiting requests share it.
type Cleaned = Shared<BoxFuture<'static, std::result::Result<Option<Arc<CleanHtml>>, String>>>;

/// Cleans articles, each once at a time.
pub struct ArticleCleaner {
    permits: Arc<Semaphore>,
    under_way: Arc<Mutex<LruCache<ArticleVersion, Cleaned>>>,
}

impl Default for ArticleCleaner {
    fn default() -> Self {
        Self {
            permits: Arc::new(Semaphore::new(MAX_CONCURRENT)),
            under_way: Arc::new(Mutex::new(LruCache::new(MAX_UNDER_WAY))),
        }
    }
}

impl ArticleCleaner {
    /// Cleans an article whose clean form is not stored. Concurrent calls for the same article share one run, which goes on if
    /// the callers are dropped. Returns `None` if the article does not exist any more.
    pub async fn clean(
        &self,
        store: &Arc<Store>,
        env: &Env,
        article: ArticleVersion,
    ) -> Result<Option<Arc<CleanHtml>>> {
        let cleaned = {
            let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
            under_way
                .get_or_insert(article.clone(), || self.begin(Arc::clone(store), env.clone(), article))
                .clone()
        };
        cleaned.await.map_err(Error::internal)
    }

    /// Cleans a text that is no copy of an article, such as an old version. The result is not stored.
    pub async fn clean_text(&self, content: String) -> Result<CleanHtml> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(Error::internal)?;
        let cleaned = tokio::task::spawn_blocking(move || {
            let html = clean::article_html(&content, paths::MEDIA_BASE);
            drop(permit);
            html
        });
        cleaned.await.map_err(Error::internal)
    }

    fn begin(&self, store: Arc<Store>, env: Env, article: ArticleVersion) -> Cleaned {
        let (permits, under_way) = (Arc::clone(&self.permits), Arc::clone(&self.under_way));
        let (sender, cleaned) = tokio::sync::oneshot::channel();
        tokio::spawn(async move {
            let forget = || under_way.lock().unwrap_or_else(PoisonError::into_inner).pop(&article);
            match clean_one(&store, &permits, &article).await {
                Ok(Some((content, html))) => {
                    let html = Arc::new(html);
                    let _ = sender.send(Ok(Some(Arc::clone(&html))));
                    match store_one(&store, &env, &article, content, html).await {
                        Ok(()) => drop(forget()),
                        // Reading does not depend on writing. While the entry stays here, the article is not cleaned again.
                        Err(error) => tracing::warn!(%error, "a cleaned article could not be stored"),
                    }
                }
                Ok(None) => {
                    forget();
                    let _ = sender.send(Ok(None));
                }
                Err(error) => {
                    forget();
                    let _ = sender.send(Err(error.to_string()));
                }
            }
        });
        let cleaned =
            async { cleaned.await.unwrap_or_else(|_| Err("cleaning an article panicked".to_owned())) };
        cleaned.boxed().shared()
    }
}

/// Returns the content of an article and its clean form.
async fn clean_one(
    store: &Arc<Store>,
    permits: &Arc<Semaphore>,
    article: &ArticleVersion,
) -> Result<Option<(String, CleanHtml)>> {
    // The permit comes before the content, so waiting tasks hold no large content.
    let permit = Arc::clone(permits).acquire_owned().await.map_err(Error::internal)?;
    let ArticleVersion { corp, id, copy, .. } = article.clone();
    let of = corp.clone();
    let content = store.read(&corp, move |tx| tx.article_content(&of, id, copy)).await?;
    let Some(content) = content else { return Ok(None) };
    let cleaned = tokio::task::spawn_blocking(move || {
        let html = clean::article_html(&content, paths::MEDIA_BASE);
        drop(permit);
        (content, html)
    });
    cleaned.await.map(Some).map_err(Error::internal)
}

async fn store_one(
    store: &Store,
    env: &Env,
    article: &ArticleVersion,
    content: String,
    html: Arc<CleanHtml>,
) -> Result<()> {
    let ArticleVersion { corp, id, copy, .. } = article.clone();
    let of = corp.clone();
    let put = move |tx: &mut Tx<'_>| {
        tx.put_article_html(&of, id, copy, clean::RULES_VERSION, &content, html.as_str())
    };
    store.write(&corp, Signature::server(env, "article.clean"), put).await
}
