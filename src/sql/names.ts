// How SQLite compares and quotes names: the only place that folds the case of SQL.

/** Where no other letters are, the language folds as SQLite does, and many times as fast. */
const ASCII = /^[\x00-\x7f]*$/

/** A name as SQLite compares it: in lower case, where only A to Z have one. `Ü` and `ü` are two names. */
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

/** Whether SQLite takes two names for one. */
export const isSameName = (one: string, other: string): boolean => foldCase(one) === foldCase(other)

/** A name in double quotes, those inside doubled. */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** The name that a token stands for, whichever of the four ways of quoting it uses. */
export function unquote(token: string): string {
  const quote = token.charAt(0)
  if (quote === '[') return token.slice(1, -1)
  if (quote !== '"' && quote !== '`' && quote !== "'") return token
  return token.slice(1, -1).replaceAll(quote + quote, quote)
}

/** A token that is a name, as names are compared: without quotes, in lower case. */
export const plainName = (token: string): string => foldCase(unquote(token))
