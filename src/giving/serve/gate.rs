//! Who may ask how often, and how much is done at once. What is too much is told at once, with the time after which to ask again; nothing
//! waits without a bound.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Limits of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Copies that one address may ask for in a minute; none for no limit.
    pub per_minute: Option<NonZeroU32>,
    /// Copies that are made at the same time.
    pub working: usize,
    /// Copies that are made or wait for it.
    pub waiting: usize,
    /// Copies on their way to whoever asked.
    pub sending: usize,
    /// Connections.
    pub connections: usize,
}

/// How long a copy may wait until its turn comes.
const PATIENCE: Duration = Duration::from_secs(20);

impl Default for Limits {
    fn default() -> Limits {
        // One more than cores, so that a plate, which keeps the press's own threads busy, holds up nobody whose plate is ready.
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Limits { per_minute: NonZeroU32::new(120), working: cores + 1, waiting: 256, sending: 512, connections: 1024 }
    }
}

/// Why somebody has to come again, and after how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// They asked too often.
    TooOften(Duration),
    /// There is too much to do.
    Busy,
}

/// The gate.
#[derive(Debug)]
pub struct Gate {
    limits: Limits,
    rates: Option<DefaultKeyedRateLimiter<IpAddr>>,
    working: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    sending: Arc<Semaphore>,
}

/// The right to have a copy made now.
#[derive(Debug)]
pub struct Turn {
    _working: OwnedSemaphorePermit,
    _waiting: OwnedSemaphorePermit,
}

impl Gate {
    /// A gate with these limits.
    pub fn new(limits: Limits) -> Gate {
        let semaphore = |count: usize| Arc::new(Semaphore::new(count));
        Gate {
            limits,
            rates: limits.per_minute.map(|count| RateLimiter::keyed(Quota::per_minute(count))),
            working: semaphore(limits.working),
            waiting: semaphore(limits.waiting),
            sending: semaphore(limits.sending),
        }
    }

    /// Counts a request of somebody.
    ///
    /// # Errors
    /// When they asked too often.
    pub fn knock(&self, client: IpAddr) -> Result<(), Refused> {
        let Some(rates) = &self.rates else { return Ok(()) };
        rates.check_key(&network(client)).map_err(|until| Refused::TooOften(until.wait_time_from(DefaultClock::default().now())))
    }

    /// Forgets who has not asked for a minute.
    pub fn forget(&self) {
        if let Some(rates) = &self.rates {
            rates.retain_recent();
            rates.shrink_to_fit();
        }
    }

    /// Waits until a copy may be made.
    ///
    /// # Errors
    /// When too many wait already, or it takes too long.
    pub async fn turn(&self) -> Result<Turn, Refused> {
        let waiting = self.waiting.clone().try_acquire_owned().map_err(|_| Refused::Busy)?;
        let working = tokio::time::timeout(PATIENCE, self.working.clone().acquire_owned()).await;
        Ok(Turn { _working: working.map_err(|_| Refused::Busy)?.map_err(|_| Refused::Busy)?, _waiting: waiting })
    }

    /// Room for one more copy on its way. It is held as long as the answer's body is.
    ///
    /// # Errors
    /// When there is none.
    pub fn way(&self) -> Result<OwnedSemaphorePermit, Refused> {
        self.sending.clone().try_acquire_owned().map_err(|_| Refused::Busy)
    }

    /// Copies that are being made or wait for it.
    pub fn waiting(&self) -> usize {
        self.limits.waiting.saturating_sub(self.waiting.available_permits())
    }
}

/// Whose address an address is: in IPv6 a household has 2⁶⁴ of them.
fn network(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => IpAddr::V4(address),
            None => IpAddr::V6(Ipv6Addr::from(u128::from(address) & (u128::MAX << 64))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_too_often_waits_and_nobody_else() {
        let gate = Gate::new(Limits { per_minute: NonZeroU32::new(2), ..Limits::default() });
        let [one, other]: [IpAddr; 2] = [IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2])];
        assert!(gate.knock(one).is_ok() && gate.knock(one).is_ok());
        assert!(matches!(gate.knock(one), Err(Refused::TooOften(wait)) if wait > Duration::from_secs(20) && wait <= Duration::from_secs(60)));
        assert!(gate.knock(other).is_ok());
    }

    #[test]
    fn a_household_is_one_client() {
        let address = |text: &str| text.parse::<IpAddr>().map(network);
        assert_eq!(address("2001:db8:1:2:3::4"), address("2001:db8:1:2::5"));
        assert_ne!(address("2001:db8:1:2::5"), address("2001:db8:1:3::5"));
        assert_eq!(address("::ffff:10.0.0.1"), address("10.0.0.1"));
    }
}
