//! Pictures of other servers, for authors of articles.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    thread,
};

use carillon_delivery::{PictureError, PictureFetcher};

use crate::fixture::fast_settings;

const MAX_BYTES: usize = 20 << 20;

/// A server that answers by the path: `/SIZE`, `/redirect/NUMBER/SIZE`, `/to/ADDRESS`.
fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut head = [0; 4096];
            let read = stream.read(&mut head).unwrap_or_default();
            let head = String::from_utf8_lossy(&head[..read]).into_owned();
            assert!(head.contains("image/png") && !head.contains("webp"), "{head}");
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            let answer = match path.split('/').collect::<Vec<_>>().as_slice() {
                ["", "redirect", "0", size] => format!("302 Found\r\nLocation: /{size}"),
                ["", "redirect", number, size] => {
                    let next = number.parse::<u32>().unwrap_or(1) - 1;
                    format!("302 Found\r\nLocation: /redirect/{next}/{size}")
                }
                ["", "to", ..] => format!("302 Found\r\nLocation: {}", &path[4..]),
                _ => "200 OK".to_owned(),
            };
            let size = path.trim_start_matches('/').parse().unwrap_or(0);
            let _ =
                write!(stream, "HTTP/1.1 {answer}\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n");
            let _ = stream.write_all(&vec![b'x'; size]);
        }
    });
    at
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_fetched_within_its_limits() {
    let mut settings = fast_settings();
    settings.allow = vec!["127.0.0.1".to_owned()];
    let (fetcher, at) = (PictureFetcher::new(&settings).unwrap(), server());
    let fetch = async |path: &str| {
        let fetched = fetcher.fetch(&format!("http://{at}{path}")).await;
        fetched.map(|content| content.len())
    };
    assert_eq!(fetch("/3").await, Ok(3));
    assert_eq!(fetch(&format!("/{MAX_BYTES}")).await, Ok(MAX_BYTES), "at the limit");
    assert_eq!(fetch(&format!("/{}", MAX_BYTES + 1)).await, Err(PictureError::TooLarge));
    assert_eq!(fetch("/redirect/2/3").await, Ok(3), "three redirects");
    assert_eq!(fetch("/redirect/3/3").await, Err(PictureError::Refused), "four");
    assert_eq!(fetch("/to/http://10.0.0.1/a.png").await, Err(PictureError::Forbidden));
    assert_eq!(fetch("/to/file:///etc/passwd").await, Err(PictureError::InvalidAddress));
    for address in
        ["", "x", "ftp://127.0.0.1/", "http://user:password@127.0.0.1/", "data:image/png;base64,AA"]
    {
        assert_eq!(fetcher.fetch(address).await, Err(PictureError::InvalidAddress), "{address}");
    }
    // Without the range, nothing on this machine.
    settings.allow.clear();
    let fetcher = PictureFetcher::new(&settings).unwrap();
    for host in [&at.to_string(), "localhost", "[::1]", "169.254.169.254", "0x7f.1", "2130706433"] {
        let fetched = fetcher.fetch(&format!("http://{host}/3")).await;
        assert_eq!(fetched, Err(PictureError::Forbidden), "{host}");
    }
}
