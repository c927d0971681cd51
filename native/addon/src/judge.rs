//! Judging proofs: at once, in the thread pool, and showing a proof's fields.

use crate::exact::{need_header, need_u256, u32_of};
use crate::pool::caught;
use napi::bindgen_prelude::{AsyncTask, BigInt, Buffer};
use napi::{Env, Error, Result, Task};
use napi_derive::napi;
use pearl_core::header::Header;
use pearl_core::proof::{self, PlainProof};
use pearl_core::refusal::{Reason, Refusal};
use pearl_core::target::U256;
use pearl_core::verify;

/// A job and a proof for it, decoded from base64 already.
#[napi(object)]
pub struct VerifyRequest {
    /// 76 bytes.
    pub header: Buffer,
    pub cert_version: f64,
    /// True: rank at least 128, and the bound scaled by 128/rank (protocol section 7).
    pub rank_penalty: bool,
    pub target: BigInt,
    /// The serialised proof.
    pub proof: Buffer,
}

/// A job and a proof for it as strict base64.
#[napi(object)]
pub struct VerifyTextRequest {
    pub header: Buffer,
    pub cert_version: f64,
    pub rank_penalty: bool,
    pub target: BigInt,
    pub proof: String,
}

/// `reason` and `message` are null for a valid proof; `hash` is null where the proof was refused before it had one.
#[napi(object, use_nullable = true)]
pub struct VerifyResult {
    pub valid: bool,
    pub reason: Option<String>,
    pub message: Option<String>,
    pub hash: Option<Buffer>,
}

/// What a proof says of itself, judged only by its form.
#[napi(object)]
pub struct ProofFields {
    pub m: f64,
    pub n: f64,
    pub k: f64,
    pub rank: f64,
    pub rows: Vec<f64>,
    pub cols: Vec<f64>,
    pub leaves_a: f64,
    pub leaves_b: f64,
    pub bytes: f64,
    pub hash_a: Buffer,
    pub hash_b: Buffer,
}

/// The job's side of a request, checked.
struct Question {
    header: Header,
    cert_version: u32,
    rank_penalty: bool,
    target: U256,
}

impl Question {
    fn new(
        header: &Buffer,
        cert_version: f64,
        rank_penalty: bool,
        target: &BigInt,
    ) -> Result<Question> {
        Ok(Question {
            header: need_header(header)?,
            // What is no u32 is no known version either.
            cert_version: u32_of(cert_version).unwrap_or(u32::MAX),
            rank_penalty,
            target: need_u256("target", target)?,
        })
    }

    fn judge(&self, proof: &[u8]) -> Verdict {
        let proof = PlainProof::decode(proof).map_err(|refusal| (refusal, None))?;
        let ticket = verify::open(&self.header, self.cert_version, self.rank_penalty, &proof)
            .map_err(|refusal| (refusal, None))?;
        ticket
            .check(self.target)
            .map_err(|refusal| (refusal, Some(ticket.hash)))?;
        Ok(ticket.hash)
    }
}

/// The ticket's hash, or why it is refused, with its hash if it came that far.
type Verdict = std::result::Result<[u8; 32], (Refusal, Option<[u8; 32]>)>;

impl From<Verdict> for VerifyResult {
    fn from(verdict: Verdict) -> VerifyResult {
        let (refusal, hash) = match verdict {
            Ok(hash) => (None, Some(hash)),
            Err((refusal, hash)) => (Some(refusal), hash),
        };
        VerifyResult {
            valid: refusal.is_none(),
            reason: refusal
                .as_ref()
                .map(|refusal| refusal.reason.name().to_owned()),
            message: refusal.map(|refusal| refusal.message),
            hash: hash.map(|hash| hash.to_vec().into()),
        }
    }
}

/// Judges a proof: under 5 ms for the usual shapes.
#[napi(catch_unwind)]
pub fn verify(request: VerifyRequest) -> Result<VerifyResult> {
    let VerifyRequest {
        header,
        cert_version,
        rank_penalty,
        target,
        proof,
    } = request;
    Ok(Question::new(&header, cert_version, rank_penalty, &target)?
        .judge(&proof)
        .into())
}

/// As `verify`, from the text on the wire: `base64` is one more reason.
#[napi(catch_unwind)]
pub fn verify_base64(request: VerifyTextRequest) -> Result<VerifyResult> {
    let VerifyTextRequest {
        header,
        cert_version,
        rank_penalty,
        target,
        proof,
    } = request;
    let question = Question::new(&header, cert_version, rank_penalty, &target)?;
    let verdict = match proof::decode_text(proof.as_bytes()) {
        Ok(bytes) => question.judge(&bytes),
        Err(refusal) => Err((refusal, None)),
    };
    Ok(verdict.into())
}

/// A judgement in the thread pool.
pub struct Judgement {
    question: Question,
    /// A copy: JavaScript may write to its buffer meanwhile.
    proof: Vec<u8>,
}

impl Task for Judgement {
    type Output = Verdict;
    type JsValue = VerifyResult;

    fn compute(&mut self) -> Result<Verdict> {
        caught(|| Ok(self.question.judge(&self.proof)))
    }

    fn resolve(&mut self, _env: Env, verdict: Verdict) -> Result<VerifyResult> {
        Ok(verdict.into())
    }
}

/// As `verify`, without holding up the event loop.
#[napi(catch_unwind, ts_return_type = "Promise<VerifyResult>")]
pub fn verify_async(request: VerifyRequest) -> Result<AsyncTask<Judgement>> {
    let VerifyRequest {
        header,
        cert_version,
        rank_penalty,
        target,
        proof,
    } = request;
    let question = Question::new(&header, cert_version, rank_penalty, &target)?;
    Ok(AsyncTask::new(Judgement {
        question,
        proof: proof.to_vec(),
    }))
}

/// A result whose error carries a reason's name as its code.
type Reasoned<T> = std::result::Result<T, Error<&'static str>>;

/// The number as a double: what a double cannot hold is no dimension.
fn number(name: &str, value: u64) -> Reasoned<f64> {
    if value > 1 << 53 {
        return Err(Error::new(
            Reason::Dims.name(),
            format!("{name} is {value}, out of range"),
        ));
    }
    Ok(value as f64)
}

fn numbers(name: &str, values: &[u64]) -> Reasoned<Vec<f64>> {
    values.iter().map(|&value| number(name, value)).collect()
}

/// The fields of a proof. Throws with the reason as the error's code when the bytes are no proof.
#[napi(catch_unwind)]
pub fn inspect(proof: Buffer) -> std::result::Result<ProofFields, Error<&'static str>> {
    let parsed = PlainProof::decode(&proof)
        .map_err(|refusal| Error::new(refusal.reason.name(), refusal.message))?;
    Ok(ProofFields {
        m: number("m", parsed.m)?,
        n: number("n", parsed.n)?,
        k: number("k", parsed.k)?,
        rank: number("rank", parsed.noise_rank)?,
        rows: numbers("a row", &parsed.a.row_indices)?,
        cols: numbers("a column", &parsed.bt.row_indices)?,
        leaves_a: parsed.a.leaf_indices.len() as f64,
        leaves_b: parsed.bt.leaf_indices.len() as f64,
        bytes: proof.len() as f64,
        hash_a: parsed.a.root.to_vec().into(),
        hash_b: parsed.bt.root.to_vec().into(),
    })
}
