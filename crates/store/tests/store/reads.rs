//! Many concurrent reads, some of which fail.

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

/// The number of reader threads.
const THREADS: usize = 8;
/// More reads than threads.
const MANY: usize = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_wait_for_a_thread_and_panics_do_not_affect_others() {
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
async fn a_read_without_a_caller_is_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(folder.path()).unwrap());
    let done = Arc::new(AtomicUsize::new(0));
    // All threads are busy until the second barrier.
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
    // This read waits behind all reads without a caller.
    assert_eq!(store.read_registry(move |_| Ok(done.load(Ordering::SeqCst))).await.unwrap(), 0);
}

/// Single reads meet a busy thread, an idle one, one that ends, or none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_is_run_in_any_state_of_the_threads() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(folder.path()).unwrap());
    let reads = async {
        for number in 0..1_500_u64 {
            let pause = Duration::from_micros(number % 60);
            tokio::task::spawn_blocking(move || std::thread::sleep(pause)).await.unwrap();
            assert_eq!(store.read_registry(move |_| Ok(number)).await.unwrap(), number);
        }
    };
    // A lost read would wait for ever.
    tokio::time::timeout(Duration::from_secs(60), reads).await.unwrap();
}

/// More statistics than may wait, while none of them ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statistics_do_not_hold_up_other_reads_and_too_many_are_rejected() {
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
    // A rejected read returns at once.
    while !statistics.iter().any(tokio::task::JoinHandle::is_finished) {
        tokio::task::yield_now().await;
    }
    drop(end);
    let mut rejected = 0;
    for statistic in statistics {
        match statistic.await.unwrap() {
            Ok(ended) => assert!(ended),
            Err(error) => {
                assert_eq!(error, Rule::Overloaded.into());
                rejected += 1;
            }
        }
    }
    assert!((1..=MANY - 256).contains(&rejected), "{rejected}");
}
