// Writes the statement that fills a full-text index with a part of the rows.
import type { Catalog } from '../../model/catalog.js'
import { mentions } from '../../sql/names-in.js'
import { sqlInLine } from '../../sql/one-line.js'

/** With the rows that its trigger lets in on a condition; null if it lets in all, or its condition is not known. */
export function partialFill(index: string, catalog: Catalog): string | null {
  const triggers = [...catalog.values()].filter(({ type }) => type === 'trigger')
  const [fill] = triggers.flatMap(({ sql }) => {
    const line = sqlInLine(sql)
    const {
      put = '',
      values = '',
      table = '',
      condition = '',
    } = (ON_CONDITION.exec(line) ?? BY_QUERY.exec(line))?.groups ?? {}
    if (!mentions(put, index)) return []
    return [`${put}SELECT ${ofRow(values)} FROM ${table} WHERE ${ofRow(condition)}`]
  })
  return fill ?? null
}

/** `WHEN … BEGIN INSERT … VALUES (…)` */
const ON_CONDITION =
  /\binsert on (?<table>.+?) (?:for each row )?when\b(?<condition>.*?)\bbegin (?<put>insert into [^;]*?)values ?\((?<values>[^;]*)\) ?;/i

/** `BEGIN INSERT … SELECT … WHERE …` of the row alone. */
const BY_QUERY =
  /\binsert on (?<table>.+?) (?:for each row )?begin (?<put>insert into [^;]*?)select (?<values>(?:(?!\bfrom\b)[^;])*) where (?<condition>[^;]*);/i

const ofRow = (expression: string): string => expression.replace(/\bnew ?\. ?/gi, '').trim()
