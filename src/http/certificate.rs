//! Certificates and their keys (PEM): are they in order, and until when.
//!
//! No error repeats what a file holds: it may be a private key.

use jiff::civil::Date;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{Error, RootCertStore};

/// The certificate of a server, and those that lead to its authority.
///
/// # Errors
/// What is wrong with the file.
pub(crate) fn chain(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match chain {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        _ => Err("holds no certificate: it must be PEM (`-----BEGIN CERTIFICATE-----`)".to_owned()),
    }
}

/// A certificate with its key.
///
/// # Errors
/// What is wrong with the file of the key, or that they don't belong together.
pub(crate) fn certified(chain: Vec<CertificateDer<'static>>, key: &[u8]) -> Result<CertifiedKey, String> {
    let key = PrivateKeyDer::from_pem_slice(key).map_err(
        |_error| "holds no private key: it must be PEM (`-----BEGIN PRIVATE KEY-----`), without a pass phrase",
    )?;
    let certified = CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider());
    certified.map_err(|error| match error {
        Error::InconsistentKeys(_) => "does not belong to the certificate".to_owned(),
        Error::InvalidCertificate(_) => {
            "can't be compared with the certificate: the certificate can't be read".to_owned()
        }
        _ => {
            "holds a private key of a kind that is not supported: use ECDSA P-256, P-384 or RSA of 2048 bits".to_owned()
        }
    })
}

/// Certificates of authorities.
///
/// # Errors
/// What is wrong with the file.
pub(crate) fn authorities(pem: &[u8]) -> Result<(), String> {
    let chain = chain(pem)?;
    let unusable = |_error| "holds a certificate that can't be used as an authority".to_owned();
    chain.into_iter().try_for_each(|certificate| RootCertStore::empty().add(certificate).map_err(unusable))
}

/// The last day of a server's certificate (UTC). `None` when it can't be told.
pub(crate) fn last_day(pem: &[u8]) -> Option<Date> {
    let chain = chain(pem).ok()?;
    not_after(chain.first()?)
}

/// `notAfter` of a certificate (RFC 5280, section 4.1): the fifth part of what is signed, after an optional version.
fn not_after(certificate: &[u8]) -> Option<Date> {
    const VERSION: u8 = 0xa0;
    let (_, certificate, _) = part(certificate)?;
    let (_, signed, _) = part(certificate)?;
    let (first, _, rest) = part(signed)?;
    let after_serial = if first == VERSION { part(rest)?.2 } else { rest };
    let after_algorithm = part(after_serial)?.2;
    let after_issuer = part(after_algorithm)?.2;
    let (_, validity, _) = part(after_issuer)?;
    let (_, _, rest) = part(validity)?;
    let (tag, time, _) = part(rest)?;
    date(tag, std::str::from_utf8(time).ok()?)
}

/// The first part of DER (X.690): its tag, its content, and what follows it.
fn part(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        (length.iter().try_fold(0_usize, |sum, byte| sum.checked_mul(256)?.checked_add(usize::from(*byte)))?, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

/// The day of a `UTCTime` (two digits of the year, 50 is 1950) or a `GeneralizedTime`.
fn date(tag: u8, time: &str) -> Option<Date> {
    let (year, rest) = match tag {
        0x17 => {
            let (year, rest) = time.split_at_checked(2)?;
            let year: i16 = year.parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        0x18 => {
            let (year, rest) = time.split_at_checked(4)?;
            (year.parse().ok()?, rest)
        }
        _ => return None,
    };
    let (month, rest) = rest.split_at_checked(2)?;
    let (day, _) = rest.split_at_checked(2)?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    /// A certificate and its key.
    fn made(until: (i32, u8, u8)) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.not_after = date_time_ymd(until.0, until.1, until.2);
        (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
    }

    #[test]
    fn a_certificate_and_its_own_key() {
        let (certificate, key) = made((2031, 5, 9));
        let both = |certificate: &str, key: &str| {
            chain(certificate.as_bytes()).and_then(|chain| certified(chain, key.as_bytes()))
        };
        assert!(both(&certificate, &key).is_ok());
        let (other, _) = made((2031, 5, 9));
        let problem = |certificate: &str, key: &str| both(certificate, key).unwrap_err();
        assert_eq!(problem(&other, &key), "does not belong to the certificate");
        assert!(problem(&certificate, &certificate).starts_with("holds no private key"));
        assert!(problem(&key, &key).starts_with("holds no certificate"));
        assert!(authorities(certificate.as_bytes()).is_ok() && authorities(b"").is_err());
        let junk = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(authorities(junk.as_bytes()).is_err() && both(junk, &key).is_err());
    }

    #[test]
    fn the_last_day_is_read() {
        for (year, month, day) in [(2026, 12, 31), (2049, 1, 1), (2050, 1, 1), (4096, 2, 29)] {
            let (certificate, _) = made((year, month, day));
            let expected = Date::new(i16::try_from(year).unwrap(), month.cast_signed(), day.cast_signed()).unwrap();
            assert_eq!(last_day(certificate.as_bytes()), Some(expected));
        }
        for junk in [&b""[..], b"\x30", b"\x30\x84\xff\xff\xff\xff\x00", b"\x30\x03\x30\x01\x30"] {
            assert_eq!(not_after(junk), None);
        }
    }
}
