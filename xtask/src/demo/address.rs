//! Ports that are free, and the addresses that a browser can open.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};

use anyhow::{Result, anyhow};
use nix::sys::socket::SockaddrStorage;

/// Fails, with the option that helps, if nothing can listen on the address.
pub(crate) fn require_free(address: SocketAddr, option: &str) -> Result<()> {
    let Err(error) = TcpListener::bind(address) else { return Ok(()) };
    let (ip, port) = (address.ip(), address.port());
    Err(match error.kind() {
        ErrorKind::AddrInUse => anyhow!(
            "port {port} on {ip} is taken by another program: stop that program, or choose another port with `{option}`"
        ),
        ErrorKind::AddrNotAvailable => anyhow!(
            "{ip} is no address of this machine: give one of its own with `--listen`, or 0.0.0.0 for all of them"
        ),
        ErrorKind::PermissionDenied => {
            anyhow!("port {port} is not allowed to you: choose one above 1023 with `{option}`")
        }
        _ => anyhow!("nothing can listen on {address} ({error}): choose another port with `{option}`"),
    })
}

/// The same server as a program on this machine reaches it.
pub(crate) fn from_here(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// The same server as a tablet on the network reaches it.
pub(crate) fn from_the_network(address: SocketAddr) -> SocketAddr {
    if !address.ip().is_unspecified() {
        return address;
    }
    outward_ip().map_or(from_here(address), |ip| SocketAddr::new(ip, address.port()))
}

/// Connecting a datagram socket chooses the outward interface. Nothing is sent.
fn outward_ip() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// Every name and address by which a tablet may reach a server that listens on `ip`.
pub(crate) fn names(ip: IpAddr) -> Vec<String> {
    if !ip.is_unspecified() {
        return vec![ip.to_string()];
    }
    let interfaces = nix::ifaddrs::getifaddrs().into_iter().flatten();
    let addresses = interfaces.filter_map(|interface| ip_of(&interface.address?));
    let mut names: Vec<String> =
        addresses.filter(|ip| is_reachable(*ip)).map(|ip| ip.to_string()).chain(local_name()).collect();
    names.sort();
    names.dedup();
    names
}

fn ip_of(address: &SockaddrStorage) -> Option<IpAddr> {
    let v4 = address.as_sockaddr_in().map(|address| IpAddr::V4(address.ip()));
    v4.or_else(|| address.as_sockaddr_in6().map(|address| IpAddr::V6(address.ip())))
}

/// A browser cannot use a link-local address of IPv6.
fn is_reachable(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !ip.is_loopback(),
        IpAddr::V6(ip) => !ip.is_loopback() && !ip.is_unicast_link_local(),
    }
}

/// The machine's name in multicast DNS. It stays when the machine's address changes.
fn local_name() -> Option<String> {
    let name = nix::unistd::gethostname().ok()?.into_string().ok()?.to_ascii_lowercase();
    let name = name.split('.').next()?.to_owned();
    let is_label = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_label.then(|| format!("{name}.local"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn socket(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_taken_port_is_refused_with_the_option_that_helps() {
        let holder = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = holder.local_addr().unwrap();
        let error = require_free(address, "--sandbox-port").unwrap_err().to_string();
        assert!(error.contains(&format!("port {} on 127.0.0.1 is taken", address.port())), "{error}");
        assert!(error.contains("`--sandbox-port`"), "{error}");
    }

    #[test]
    fn a_port_is_free_again_once_its_holder_is_gone() {
        let holder = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = holder.local_addr().unwrap();
        drop(holder);
        require_free(address, "--port").unwrap();
    }

    #[test]
    fn an_address_of_another_machine_is_refused() {
        let error = require_free(socket("192.0.2.1:8787"), "--port").unwrap_err().to_string();
        assert!(error.contains("`--listen`"), "{error}");
    }

    #[test]
    fn a_certificate_names_what_a_tablet_can_reach_and_no_more() {
        assert_eq!(names("192.168.1.5".parse().unwrap()), ["192.168.1.5"]);
        let everywhere = names("0.0.0.0".parse().unwrap());
        for name in &everywhere {
            let is_local = name.strip_suffix(".local").is_some();
            assert!(is_local || name.parse().is_ok_and(is_reachable), "{name}");
        }
        let outward = outward_ip().filter(|ip| is_reachable(*ip)).map(|ip| ip.to_string());
        assert!(outward.is_none_or(|ip| everywhere.contains(&ip)), "{everywhere:?}");
    }

    #[test]
    fn all_addresses_are_reached_by_loopback_from_here() {
        assert_eq!(from_here(socket("0.0.0.0:8787")), socket("127.0.0.1:8787"));
        assert_eq!(from_here(socket("[::]:8787")), socket("[::1]:8787"));
        assert_eq!(from_here(socket("192.168.1.5:8787")), socket("192.168.1.5:8787"));
    }
}
