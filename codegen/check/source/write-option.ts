// How an option is written in each form of migration, for the `fix` of a finding.
import type { Form } from '../../model/migration.js'

const TRANSACTION_FALSE: Readonly<Record<Form, string>> = {
  object: '`transaction: false`',
  list: '`transaction: false`',
  exports: '`export const transaction = false`',
  class: 'the field `transaction = false`',
  sql: '`-- migrate:up transaction:false`',
}

const FOREIGN_KEYS_ENFORCE: Readonly<Record<Form, string>> = {
  object: "`foreignKeys: 'enforce'`",
  list: "`foreignKeys: 'enforce'`",
  exports: "`export const foreignKeys = 'enforce'`",
  class: "the field `foreignKeys = 'enforce'`",
  sql: 'a line `-- foreign_keys: enforce`',
}

const IRREVERSIBLE: Readonly<Record<Form, string>> = {
  object: "`irreversible: 'reason'`",
  list: "`irreversible: 'reason'`",
  exports: "`export const irreversible = 'reason'`",
  class: "the field `irreversible = 'reason'`",
  sql: 'a line `-- irreversible: reason`',
}

const DERIVED: Readonly<Record<Form, string>> = {
  object: "`down: 'auto'`",
  list: "`down: 'auto'`",
  exports: "`export const down = 'auto'`",
  class: "the field `down = 'auto'`",
  sql: 'a line `-- down: auto`',
}

const OPTIONS = {
  'transaction: false': TRANSACTION_FALSE,
  "foreignKeys: 'enforce'": FOREIGN_KEYS_ENFORCE,
  irreversible: IRREVERSIBLE,
  "down: 'auto'": DERIVED,
}

/** The option as its author would write it; a helper's, whose form is unknown, as in the object form. */
export const writeOption = (option: keyof typeof OPTIONS, form: Form = 'object'): string =>
  OPTIONS[option][form]

/** A piece of advice about code as it is to be followed in a file of SQL. */
export const adviceInSql = (text: string): string =>
  text
    .replace(/`?\bforeignKeys: 'enforce'`?/g, '`-- foreign_keys: enforce`')
    .replace(/`?(?<!-- )\btransaction: false\b`?/g, TRANSACTION_FALSE.sql)
    .replace(/(`ctx\.rebuild`)(?! in code)/g, '$1 in code')
