// Shows how to write an option in each form of migration, for the `fix` of a finding.
import type { Form } from '../../model/migration.js'

const inForms = (name: string, value: string, sql: string): Readonly<Record<Form, string>> => ({
  object: `\`${name}: ${value}\``,
  list: `\`${name}: ${value}\``,
  exports: `\`export const ${name} = ${value}\``,
  class: `the field \`${name} = ${value}\``,
  sql,
})

const OPTIONS = {
  'transaction: false': inForms('transaction', 'false', '`-- migrate:up transaction:false`'),
  "foreignKeys: 'enforce'": inForms(
    'foreignKeys',
    "'enforce'",
    'a line `-- foreign_keys: enforce`',
  ),
  irreversible: inForms('irreversible', "'reason'", 'a line `-- irreversible: reason`'),
  "down: 'auto'": inForms('down', "'auto'", 'a line `-- down: auto`'),
}

/** The option as its author would write it; a helper's, whose form is unknown, as in the object form. */
export const writeOption = (option: keyof typeof OPTIONS, form: Form = 'object'): string =>
  OPTIONS[option][form]

/** A piece of advice about code, adapted to an SQL file. */
export const adviceInSql = (text: string): string =>
  text
    .replace(/`?\bforeignKeys: 'enforce'`?/g, '`-- foreign_keys: enforce`')
    .replace(/`?(?<!-- )\btransaction: false\b`?/g, OPTIONS['transaction: false'].sql)
    .replace(/(`ctx\.rebuild`)(?! in code)/g, '$1 in code')
