// Renders schema.sql: the schema that the whole history makes, in one style, ready to be read and to be loaded.
import type { OrderedSchema, SchemaPart } from './order-schema.js'
import { renderStatement } from './render-statement.js'

/**
 * The text of schema.sql below its header. Loaded into an empty database it makes the same objects as the migrations, in
 * the same way of writing but for the style. Comments of the migrations are not in it.
 */
export function renderSchemaSql({ tables, views }: OrderedSchema): string {
  return [...tables, ...views].map((part) => `\n${renderPart(part)}`).join('')
}

function renderPart({ object, indexes, triggers }: SchemaPart): string {
  return [
    renderStatement(object),
    ...indexes.map(renderStatement),
    ...triggers.map((trigger) => `\n${renderStatement(trigger)}`),
  ].join('')
}
