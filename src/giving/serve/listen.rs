//! Connections: taken as long as the service runs, no more than there is room for, and let end when it is told to.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower::ServiceExt;

use crate::diag::{Code, Diagnostic, Diagnostics, reason};

use super::routes::{Peer, router};
use super::service::Service;

/// How long the head of a request may take to come.
const HEAD_TIME: Duration = Duration::from_secs(15);

/// How often addresses are forgotten that have not asked since.
const MINUTE: Duration = Duration::from_secs(60);

/// How long a connection lasts at most: who reads a book in a trickle gets as much as this and no room for ever.
const LIFE: Duration = Duration::from_secs(30 * 60);

/// Bytes of a request's head.
const HEAD: usize = 16 << 10;

/// What the signals of the system tell the service.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    again: tokio::signal::unix::Signal,
}

/// What is to be done.
enum Told {
    End,
    ReadRoster,
}

impl Signals {
    fn new() -> io::Result<Signals> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Signals { terminate: signal(SignalKind::terminate())?, again: signal(SignalKind::hangup())? })
        }
        #[cfg(not(unix))]
        Ok(Signals {})
    }

    async fn next(&mut self) -> Told {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => Told::End,
            _ = self.again.recv() => Told::ReadRoster,
            _ = tokio::signal::ctrl_c() => Told::End,
        }
        #[cfg(not(unix))]
        {
            // Where it cannot be waited for, it ends the process.
            let _ = tokio::signal::ctrl_c().await;
            Told::End
        }
    }
}

/// Serves until the system says to end, then lets what runs come to its end; said a second time, it ends at once. `say` is given lines for a
/// person or a log, in which nobody is named; `listening` is called once, with the address.
///
/// # Errors
/// When the address cannot be listened on.
pub fn serve(service: Arc<Service>, listener: std::net::TcpListener, say: &mut dyn FnMut(&str)) -> Result<(), Diagnostics> {
    let trouble = |e: io::Error| Diagnostics::from(Diagnostic::error(Code::ListenAddress, format!("nothing can be served: {}", reason(&e))));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(std::thread::available_parallelism().map_or(2, usize::from).min(8))
        .max_blocking_threads(service.threads().get())
        .enable_all()
        .build()
        .map_err(trouble)?;
    let warming = service.clone();
    // A thread of its own: making plates takes seconds, and must keep none of those busy that copies are made on.
    std::thread::spawn(move || warming.warm_up());
    let (tell, told) = unbounded_channel();
    let ended = runtime.block_on(async { run(service, listener, tell, told, say).await.map_err(trouble) });
    // Copies that nobody waits for any more need not be finished.
    runtime.shutdown_background();
    ended
}

async fn run(
    service: Arc<Service>,
    listener: std::net::TcpListener,
    tell: UnboundedSender<String>,
    mut told: UnboundedReceiver<String>,
    say: &mut dyn FnMut(&str),
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    let mut signals = Signals::new()?;
    let app = router(service.clone(), service.settings.verbose.then(|| tell.clone()));
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(service.settings.limits.connections));
    let mut minute = tokio::time::interval(MINUTE);
    loop {
        tokio::select! {
            accepted = accept(&listener, &room) => match accepted {
                Ok((stream, place)) => {
                    // Without a delay a small answer is there at once.
                    let _ = stream.set_nodelay(true);
                    let peer = stream.peer_addr().ok().map(|address| address.ip());
                    let connection = connection(&service, app.clone(), stream, peer, &graceful);
                    tokio::spawn(async move {
                        connection.await;
                        drop(place);
                    });
                }
                // Too many open files, or a client that has gone: what runs goes on.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            signal = signals.next() => match signal {
                Told::End => break,
                Told::ReadRoster => {
                    let (service, tell) = (service.clone(), tell.clone());
                    tokio::task::spawn_blocking(move || {
                        let line = match service.read_roster() {
                            Ok(_) if service.invited().is_none() => "there is no roster to read anew".to_string(),
                            Ok(count) => format!("the roster was read anew: {count} readers"),
                            Err(problems) => format!("the roster was read anew and has {}; the one before it stays", summary(&problems)),
                        };
                        // Nobody listens any more only when the service has ended.
                        let _ = tell.send(line);
                    });
                }
            },
            Some(line) = told.recv() => say(&line),
            _ = minute.tick() => service.gate.forget(),
        }
    }
    // Nobody new comes in from here on.
    drop(listener);
    service.end();
    say("ending when the copies on their way have arrived");
    let ended = graceful.shutdown();
    tokio::pin!(ended);
    loop {
        tokio::select! {
            () = &mut ended => break,
            signal = signals.next() => if matches!(signal, Told::End) { break },
            Some(line) = told.recv() => say(&line),
        }
    }
    Ok(())
}

async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> io::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = room.clone().acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, place))
}

/// Speaks with one client until either has enough.
pub fn connection<S>(service: &Arc<Service>, app: Router, stream: S, peer: Option<IpAddr>, graceful: &GracefulShutdown) -> impl Future<Output = ()> + use<S>
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let proxies = service.settings.proxies.clone();
    let answering = tower::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        let app = app.clone();
        let client = peer.map(|peer| proxies.client(peer, request.headers()));
        if let Some(client) = client {
            request.extensions_mut().insert(Peer(client));
        }
        async move { Ok::<_, Infallible>(app.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    let speaking = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(answering));
    let speaking = graceful.watch(speaking);
    let metrics = service.clone();
    async move {
        metrics.metrics.connections.fetch_add(1, Ordering::Relaxed);
        // A client that breaks off, or speaks something else, is no affair of ours.
        let _ = tokio::time::timeout(LIFE, speaking).await;
        metrics.metrics.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How many problems there are and where, without what stands there: that may be somebody's name.
pub fn summary(problems: &Diagnostics) -> String {
    let places: Vec<String> = problems
        .iter()
        .take(3)
        .map(|problem| match &problem.place {
            Some(place) if place.line > 0 => format!("{} in line {}", problem.code.name(), place.line),
            _ => problem.code.name().to_string(),
        })
        .collect();
    let count = problems.iter().count();
    format!("{count} problem{} ({}{})", if count == 1 { "" } else { "s" }, places.join(", "), if count > places.len() { ", …" } else { "" })
}
