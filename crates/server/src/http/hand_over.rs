//! Responses that last as long as their connection, such as live pages. They are written without hyper, whose buffers and state would
//! be most of what an idle one takes: 8 kB for reading, 8 kB for writing, and the parser.

use std::{future::poll_fn, io, pin::pin};

use axum::{
    body::HttpBody,
    http::{Response, header},
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::body::ResponseBody;

/// Writes a response, and closes the connection after it or when the client sends or closes anything.
pub async fn write<Io: AsyncRead + AsyncWrite + Unpin>(
    mut io: Io,
    response: Response<ResponseBody>,
) -> io::Result<()> {
    io.write_all(&head(&response)).await?;
    io.flush().await?;
    let mut body = pin!(response.into_body());
    let mut unexpected = [0];
    loop {
        tokio::select! {
            frame = poll_fn(|context| body.as_mut().poll_frame(context)) => match frame {
                Some(Ok(frame)) => {
                    let Ok(data) = frame.into_data() else { continue };
                    if !data.is_empty() {
                        io.write_all(&chunk(&data)).await?;
                        io.flush().await?;
                    }
                }
                Some(Err(_)) => return Ok(()),
                None => {
                    io.write_all(b"0\r\n\r\n").await?;
                    return io.shutdown().await;
                }
            },
            // There is no next request: the response says so.
            _ = io.read(&mut unexpected) => return Ok(()),
        }
    }
}

/// The head: the body comes in chunks, and no other response after it.
fn head(response: &Response<ResponseBody>) -> Vec<u8> {
    let status = response.status();
    let mut head =
        format!("HTTP/1.1 {} {}\r\n", status.as_u16(), status.canonical_reason().unwrap_or_default());
    head.push_str("transfer-encoding: chunked\r\nconnection: close\r\n");
    let mut head = head.into_bytes();
    for (name, value) in response.headers() {
        if !matches!(*name, header::TRANSFER_ENCODING | header::CONNECTION | header::CONTENT_LENGTH) {
            head.extend_from_slice(name.as_str().as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value.as_bytes());
            head.extend_from_slice(b"\r\n");
        }
    }
    head.extend_from_slice(b"\r\n");
    head
}

fn chunk(data: &[u8]) -> Vec<u8> {
    let mut chunk = format!("{:x}\r\n", data.len()).into_bytes();
    chunk.extend_from_slice(data);
    chunk.extend_from_slice(b"\r\n");
    chunk
}
