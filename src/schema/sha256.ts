// SHA-256 without `node:`, for digests of schemas at run time. Bundled only into applications that compare schemas.

/** The first 64 prime numbers: the algorithm's constants are the fractions of their roots. */
const PRIMES = primes(64)

const fraction = (root: number): number => Math.floor((root % 1) * 2 ** 32) | 0

const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)))
const ROUNDS = PRIMES.map((prime) => fraction(Math.cbrt(prime)))

/**
 * The SHA-256 digest of a text in UTF-16, little-endian, as 64 lower-case hexadecimal digits. UTF-8 would encode all lone
 * surrogates alike. FIPS 180-4.
 */
export function sha256(text: string): string {
  const message = padded(text)
  const state = Int32Array.from(START)
  const schedule = new Int32Array(64)
  for (let at = 0; at < message.length; at += 16) {
    expand(schedule, message.subarray(at, at + 16))
    compress(state, schedule)
  }
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}

/** The message as big-endian words: the text, a one bit, zeros, and the length in bits at the end of a block. */
function padded(text: string): Int32Array {
  const bytes = text.length * 2
  const words = new Int32Array(Math.ceil((bytes + 9) / 64) * 16)
  const put = (byte: number, at: number): void => {
    words[at >> 2] = words[at >> 2]! | (byte << (24 - (at % 4) * 8))
  }
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    put(unit & 255, index * 2)
    put(unit >> 8, index * 2 + 1)
  }
  put(128, bytes)
  words[words.length - 2] = Math.floor(bytes / 2 ** 29)
  words[words.length - 1] = bytes << 3
  return words
}

const rotate = (word: number, by: number): number => (word >>> by) | (word << (32 - by))

function expand(schedule: Int32Array, block: Int32Array): void {
  schedule.set(block)
  for (let at = 16; at < 64; at++) {
    const [far, near] = [schedule[at - 15]!, schedule[at - 2]!]
    const small = rotate(far, 7) ^ rotate(far, 18) ^ (far >>> 3)
    const large = rotate(near, 17) ^ rotate(near, 19) ^ (near >>> 10)
    schedule[at] = schedule[at - 16]! + small + schedule[at - 7]! + large
  }
}

function compress(state: Int32Array, schedule: Int32Array): void {
  let [a, b, c, d, e, f, g, h] = [...state] as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  for (let at = 0; at < 64; at++) {
    const choice = (e & f) ^ (~e & g)
    const sumE = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const first = (h + sumE + choice + ROUNDS[at]! + schedule[at]!) | 0
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const second = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0]
  }
  ;[a, b, c, d, e, f, g, h].forEach((word, at) => (state[at] = state[at]! + word))
}

function primes(count: number): number[] {
  const found: number[] = []
  for (let next = 2; found.length < count; next++) {
    if (found.every((prime) => next % prime !== 0)) found.push(next)
  }
  return found
}
