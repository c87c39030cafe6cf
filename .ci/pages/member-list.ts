// Renders the members of an interface as a list: name, type and doc comment.
import type { InterfaceDeclaration, Project, PropertySignature } from 'ts-morph'
import { docOf } from './doc-comment.js'

/** The interface of that name in a file of `src/model`; throws if it does not exist. */
export const interfaceOf = (project: Project, file: string, name: string): InterfaceDeclaration =>
  project
    .getSourceFileOrThrow((source) => source.getFilePath().endsWith(`/src/model/${file}.ts`))
    .getInterfaceOrThrow(name)

/** A Markdown list of the interface's own members, in order, except those in `without`. */
export const memberList = (
  declaration: InterfaceDeclaration,
  without: readonly string[] = [],
): string =>
  declaration
    .getProperties()
    .filter((member) => !without.includes(member.getName()))
    .map(item)
    .join('\n')

function item(member: PropertySignature): string {
  const type = member.getTypeNodeOrThrow().getText().replace(/\s+/g, ' ')
  const meaning = docOf(member)
  return `- \`${member.getName()}\`: \`${type}\`${meaning === '' ? '' : `. ${meaning}`}`
}
