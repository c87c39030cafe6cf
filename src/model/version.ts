// The text form of a version. Versions are positive integers everywhere; text is only for people and for the ledger.

/**
 * A version as text: zero-padded to three digits, longer if the number is (`1` → `'001'`, `1000` → `'1000'`). This is the
 * ledger's primary key. It does not sort numerically from 1,000 on: order by the number, never by this.
 */
export const versionId = (version: number): string => String(version).padStart(3, '0')
