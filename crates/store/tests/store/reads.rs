//! Many reads at once, of which some fail.

use std::{
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use carillon_model::{
    error::{Error, Rule},
    id::CorpId,
};
use carillon_store::Store;

/// As many as read at the same time.
const THREADS: usize = 8;
/// More than there are threads for.
const MANY: usize = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_beyond_the_threads_wait_for_their_turn_and_panics_stay_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(folder.path()).unwrap());
    for _ in 0..3 {
        let reads = (0..MANY).map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let read = store.read_registry(move |tx| match number % 3 {
                    0 => Err(Error::invalid("number", "is a multiple of three")),
                    1 => panic!("as some reads do"),
                    _ => Ok((number, tx.state().corps.len())),
                });
                read.await
            })
        });
        let reads: Vec<_> = reads.collect();
        for (number, read) in reads.into_iter().enumerate() {
            match (number % 3, read.await.unwrap()) {
                (0, Err(error)) => assert!(error.to_string().contains("three"), "{error}"),
                (1, Err(error)) => assert!(error.to_string().contains("panicked"), "{error}"),
                (2, Ok(found)) => assert_eq!(found, (number, 0)),
                (_, other) => panic!("{number}: {other:?}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_that_nobody_waits_for_any_more_is_not_done() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(folder.path()).unwrap());
    let done = Arc::new(AtomicUsize::new(0));
    // All threads are busy from here to the end.
    let (begun, ended) = (Arc::new(Barrier::new(THREADS + 1)), Arc::new(Barrier::new(THREADS + 1)));
    let busy = (0..THREADS).map(|_| {
        let (store, begun, ended) = (Arc::clone(&store), Arc::clone(&begun), Arc::clone(&ended));
        tokio::spawn(async move {
            let read = store.read_registry(move |_| {
                begun.wait();
                ended.wait();
                Ok(())
            });
            read.await
        })
    });
    let busy: Vec<_> = busy.collect();
    tokio::task::spawn_blocking(move || begun.wait()).await.unwrap();
    for _ in 0..10 {
        let done = Arc::clone(&done);
        let read = store.read_registry(move |_| Ok(done.fetch_add(1, Ordering::SeqCst)));
        assert!(tokio::time::timeout(Duration::from_millis(1), read).await.is_err());
    }
    tokio::task::spawn_blocking(move || ended.wait()).await.unwrap();
    for read in busy {
        read.await.unwrap().unwrap();
    }
    // It waits behind all of those that nobody waits for.
    assert_eq!(store.read_registry(move |_| Ok(done.load(Ordering::SeqCst))).await.unwrap(), 0);
}

/// Reads that come one by one meet a thread at work, one that looks for another read, one that ends, or none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_is_done_whatever_the_threads_are_about_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(folder.path()).unwrap());
    let reads = async {
        for number in 0..1_500_u64 {
            let pause = Duration::from_micros(number % 60);
            tokio::task::spawn_blocking(move || std::thread::sleep(pause)).await.unwrap();
            assert_eq!(store.read_registry(move |_| Ok(number)).await.unwrap(), number);
        }
    };
    // It would wait for ever.
    tokio::time::timeout(Duration::from_secs(60), reads).await.unwrap();
}

/// As many statistics as may wait, and more, while no statistic ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statistics_hold_up_no_other_reads_and_too_many_are_refused() {
    const MANY: usize = 300;
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(folder.path()).unwrap());
    let (end, wait) = std::sync::mpsc::channel::<()>();
    let wait = Arc::new(std::sync::Mutex::new(wait));
    let statistics: Vec<_> = (0..MANY)
        .map(|_| {
            let (store, wait) = (Arc::clone(&store), Arc::clone(&wait));
            tokio::spawn(async move {
                store
                    .read_statistics(&CorpId::from("corp"), move |_| Ok(wait.lock().unwrap().recv().is_err()))
                    .await
            })
        })
        .collect();
    for number in 0..MANY {
        assert_eq!(store.read_registry(move |_| Ok(number)).await, Ok(number));
    }
    // One that is refused is told at once.
    while !statistics.iter().any(tokio::task::JoinHandle::is_finished) {
        tokio::task::yield_now().await;
    }
    drop(end);
    let mut refused = 0;
    for statistic in statistics {
        match statistic.await.unwrap() {
            Ok(ended) => assert!(ended),
            Err(error) => {
                assert_eq!(error, Rule::Overloaded.into());
                refused += 1;
            }
        }
    }
    assert!((1..=MANY - 256).contains(&refused), "{refused}");
}
