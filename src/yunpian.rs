//! Floor 2: the API client. One async function per endpoint of `api/yunpian-v2.md`; form encoding, tolerant decoding,
//! codes, the outcome of a send, the rate limiter. Reads are retried, sends and `shorten` never.
