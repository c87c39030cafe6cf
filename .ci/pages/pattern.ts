// Turns the expression of a message into its visible text, with `‹name›` for each value that is filled in.
import {
  type BinaryExpression,
  type CallExpression,
  type ElementAccessExpression,
  type Identifier,
  Node,
  type TemplateExpression,
} from 'ts-morph'

/** Like `patternOf`, for a whole text, which may also be the default value of a parameter. */
export const textOf = (node: Node): string =>
  (Node.isIdentifier(node) && defaultPattern(node)) || patternOf(node)

/** The text of a string expression; parts that are only known at run time become `‹name›`. */
export function patternOf(node: Node): string {
  if (Node.isStringLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node)) {
    return node.getLiteralText()
  }
  if (Node.isTemplateExpression(node)) return templatePattern(node)
  if (Node.isParenthesizedExpression(node)) return patternOf(node.getExpression())
  if (Node.isBinaryExpression(node)) return operationPattern(node)
  if (Node.isConditionalExpression(node)) {
    return choice(patternOf(node.getWhenTrue()), patternOf(node.getWhenFalse()))
  }
  if (Node.isIdentifier(node)) return constantPattern(node) ?? hole(node)
  if (Node.isCallExpression(node)) return joinedPattern(node) ?? functionPattern(node) ?? hole(node)
  if (Node.isElementAccessExpression(node)) return caseOf(node) ?? hole(node)
  return hole(node)
}

const templatePattern = (node: TemplateExpression): string =>
  node.getHead().getLiteralText() +
  node
    .getTemplateSpans()
    .map((span) => patternOf(span.getExpression()) + span.getLiteral().getLiteralText())
    .join('')

function operationPattern(node: BinaryExpression): string {
  const [left, right] = [node.getLeft(), node.getRight()]
  if (Node.isNumericLiteral(right)) return hole(left)
  if (node.getOperatorToken().getText() === '+') return patternOf(left) + patternOf(right)
  return choice(patternOf(left), patternOf(right))
}

/** Alternatives are shown as `(a | b)`; if one is empty, as `[a]`. */
function choice(one: string, other: string): string {
  if (one === '' || other === '') return `[${one}${other}]`
  const space = one.startsWith(' ') && other.startsWith(' ') ? ' ' : ''
  return `${space}(${one.trim()} | ${other.trim()})`
}

/** Joined parts: `[one, other].filter(Boolean).join(' ')`. */
function joinedPattern(node: CallExpression): string | undefined {
  const callee = node.getExpression()
  if (!Node.isPropertyAccessExpression(callee) || !/^(?:join|filter)$/.test(callee.getName()))
    return
  const inner = callee.getExpression()
  if (Node.isCallExpression(inner)) return joinedPattern(inner)
  return Node.isArrayLiteralExpression(inner)
    ? inner.getElements().map(patternOf).join(' ')
    : undefined
}

/** One of the texts of an object: `{ one: '…', other: '…' }[which]`. */
function caseOf(node: ElementAccessExpression): string | undefined {
  const inner = node.getExpression()
  const value = Node.isIdentifier(inner) ? declaredValue(inner) : inner
  const object = Node.isAsExpression(value) ? value.getExpression() : value
  if (!Node.isObjectLiteralExpression(object)) return
  const texts = object.getProperties().flatMap((property) => {
    const text = Node.isPropertyAssignment(property) && property.getInitializer()
    return text ? [patternOf(text)] : []
  })
  return `(${texts.join(' | ')})`
}

/** The default value of a parameter. */
function defaultPattern(node: Identifier): string | undefined {
  const [taker] = node.getAncestors().filter(Node.isArrowFunction).slice(-1)
  const parameter = taker?.getParameter(node.getText())
  const value = parameter?.getInitializer()
  return value && patternOf(value)
}

/** The text of a constant. */
function constantPattern(node: Identifier): string | undefined {
  const value = declaredValue(node)
  return value && !Node.isArrowFunction(value) ? patternOf(value) : undefined
}

/** The text of a function that only builds text. */
function functionPattern(node: CallExpression): string | undefined {
  const callee = node.getExpression()
  const body = Node.isIdentifier(callee) ? declaredValue(callee) : undefined
  if (!Node.isArrowFunction(body)) return undefined
  const whole = body.getBody()
  const text = Node.isParenthesizedExpression(whole) ? whole.getExpression() : whole
  return Node.isTemplateExpression(text) || Node.isConditionalExpression(text)
    ? patternOf(text)
    : undefined
}

/** The value of a constant or a function, in the same file or imported. */
function declaredValue(name: Identifier): Node | undefined {
  const [text, own] = [name.getText(), name.getSourceFile()]
  const from = own
    .getImportDeclarations()
    .find((one) => one.getNamedImports().some((part) => part.getName() === text))
    ?.getModuleSpecifierValue()
    .replace(/^(?:\.+\/)*(.*)\.js$/, '/$1.ts')
  const file = name.getProject().getSourceFile((one) => !!from && one.getFilePath().endsWith(from))
  return (file ?? own).getVariableDeclaration(text)?.getInitializer()
}

const hole = (node: Node): string => `‹${nameIn(node)}›`

/** The name that says most about an expression. */
function nameIn(node: Node): string {
  if (Node.isIdentifier(node)) return node.getText()
  if (Node.isPropertyAccessExpression(node)) {
    const [object, name] = [node.getExpression(), node.getName()]
    return name === 'length' ? `number of ${nameIn(object)}` : name
  }
  if (Node.isCallExpression(node)) return calledName(node)
  const inner = node.getFirstChild((child) => Node.isExpression(child))
  return inner ? nameIn(inner) : '…'
}

const methods = /^(?:map|join|filter|slice|trim|at|flatMap|replace|replaceAll)$/

/** The names of a method's object, or of a function's arguments. */
function calledName(node: CallExpression): string {
  const callee = node.getExpression()
  if (Node.isPropertyAccessExpression(callee) && methods.test(callee.getName())) {
    return nameIn(callee.getExpression())
  }
  const names = node.getArguments().map(nameIn)
  return names.length > 0 ? names.join(' ') : nameIn(callee)
}
