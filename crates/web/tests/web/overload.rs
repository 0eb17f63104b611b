//! Pages of an overloaded server.

use std::{
    pin::Pin,
    sync::{Arc, Barrier},
    task::{Context, Poll, Waker},
};

use carillon_model::error::Rule;
use carillon_store::Store;

use crate::fixture::SignedInMember;

/// The number of read threads.
const THREADS: usize = 8;

type Read = Pin<Box<dyn Future<Output = carillon_model::error::Result<()>>>>;

/// Fills the queue of reads. All threads are busy until the returned barrier is passed.
fn fill(store: &Arc<Store>) -> (Arc<Barrier>, Vec<Read>) {
    let (begun, released) = (Arc::new(Barrier::new(THREADS + 1)), Arc::new(Barrier::new(THREADS + 1)));
    let mut reads: Vec<Read> = Vec::new();
    for number in 0.. {
        let (store, in_read, until) = (Arc::clone(store), Arc::clone(&begun), Arc::clone(&released));
        let mut read: Read = Box::pin(async move {
            let read = store.read_registry(move |_| {
                if number < THREADS {
                    in_read.wait();
                    until.wait();
                }
                Ok(())
            });
            read.await
        });
        // Polling queues the read.
        match read.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => reads.push(read),
            Poll::Ready(refused) => {
                assert_eq!(refused, Err(Rule::Overloaded.into()));
                break;
            }
        }
        if number + 1 == THREADS {
            begun.wait();
        }
    }
    (released, reads)
}

#[test]
fn an_overloaded_server_refuses_and_recovers() {
    let fixture = SignedInMember::start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (released, reads) = {
        let _context = runtime.enter();
        fill(&fixture.store)
    };
    for path in ["/inbox", "/inbox/a/accountiE", "/article/corp/1"] {
        for (language, heading) in [("zh", "服务器正忙"), ("en", "The server is busy")] {
            let response = fixture.get(path, language);
            assert_eq!((response.status, response.retry_after.as_deref()), (503, Some("1")), "{path}");
            assert!(response.body.contains(heading), "{path}: {}", response.body);
        }
    }
    let response = fixture.get("/media/@lApicture", "en");
    assert_eq!((response.status, response.retry_after.as_deref(), &*response.body), (503, Some("1"), ""));

    released.wait();
    for read in reads {
        runtime.block_on(read).unwrap();
    }
    let response = fixture.get("/inbox", "en");
    assert_eq!((response.status, response.retry_after), (200, None));
    assert_eq!(fixture.get("/media/@lApicture", "en").status, 404);
}
