// Compares and quotes names as SQLite does: the only place that folds the case of SQL.

/** For pure ASCII, the built-in functions fold as SQLite does, and many times faster. */
const ASCII = /^[\x00-\x7f]*$/

/** A name as SQLite compares it: with only A to Z in lower case. `Ü` and `ü` are two different names. */
export const foldCase = (text: string): string =>
  ASCII.test(text)
    ? text.toLowerCase()
    : /[A-Z]/.test(text)
      ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
      : text

/** A keyword or a function in upper case; letters other than a to z stay, as they make it a name. */
export const foldUpper = (text: string): string =>
  ASCII.test(text)
    ? text.toUpperCase()
    : /[a-z]/.test(text)
      ? text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
      : text

/** Whether SQLite treats two names as the same. */
export const isSameName = (one: string, other: string): boolean => foldCase(one) === foldCase(other)

/** A name in double quotes, with those inside doubled. */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** The name that a token stands for, in whichever of the four ways it is quoted. */
export function unquote(token: string): string {
  const quote = token.charAt(0)
  if (quote === '[') return token.slice(1, -1)
  if (quote !== '"' && quote !== '`' && quote !== "'") return token
  return token.slice(1, -1).replaceAll(quote + quote, quote)
}

/** A token as a name for comparison: without quotes, in lower case. */
export const plainName = (token: string): string => foldCase(unquote(token))
