/** Reads the project's own source files as a graph: what imports what, and which names are used. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";
import { inRoot } from "./root.js";

const ROOT = inRoot();

/** `target` is a path from the root for a file of ours, else the package as written (`node:fs`, `@scope/name/part`). */
export type Import = { target: string; own: boolean; typeOnly: boolean };

/** `path` is from the root, with `/`. `uses` has each identifier and each dotted pair (`Date.now`, `process.env`). */
export type SourceFile = {
  path: string;
  imports: Import[];
  uses: Set<string>;
};

const isTypeOnly = (clause: ts.ImportClause | undefined): boolean => {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const named = clause.namedBindings;
  return (
    clause.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.length > 0 &&
    named.elements.every((element) => element.isTypeOnly)
  );
};

/** The module that this node names, and whether only for its types; undefined for a node that imports nothing. */
const importOf = (
  node: ts.Node,
): { name: ts.Expression; typeOnly: boolean } | undefined => {
  if (ts.isImportDeclaration(node))
    return {
      name: node.moduleSpecifier,
      typeOnly: isTypeOnly(node.importClause),
    };
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
    return { name: node.moduleSpecifier, typeOnly: node.isTypeOnly };
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return { name: node.argument.literal as ts.Expression, typeOnly: true };
  const isCall =
    ts.isCallExpression(node) &&
    (node.expression.kind === ts.SyntaxKind.ImportKeyword ||
      node.expression.getText() === "require");
  const name = isCall ? node.arguments[0] : undefined;
  return name === undefined ? undefined : { name, typeOnly: false };
};

/** The file that `./x.js` means: TypeScript's source where there is one. */
const resolveOwn = (from: string, specifier: string): string => {
  const path = normalize(join(dirname(from), specifier));
  const source = path.replace(/\.js$/, ".ts");
  const found = [source, path, `${path}.ts`].find((candidate) =>
    existsSync(join(ROOT, candidate)),
  );
  return found ?? path;
};

const readSource = (path: string): SourceFile => {
  const text = readFileSync(join(ROOT, path), "utf8");
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const imports: Import[] = [];
  const uses = new Set<string>();
  const visit = (node: ts.Node): void => {
    const found = importOf(node);
    if (found !== undefined && ts.isStringLiteralLike(found.name)) {
      const specifier = found.name.text;
      const own = specifier.startsWith(".");
      const target = own ? resolveOwn(path, specifier) : specifier;
      imports.push({ target, own, typeOnly: found.typeOnly });
    }
    if (ts.isIdentifier(node)) uses.add(node.text);
    if (ts.isPropertyAccessExpression(node)) uses.add(node.getText());
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { path, imports, uses };
};

const sourcePaths = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))
    .map((path) => join(folder, path).replaceAll("\\", "/"));

/** Every TypeScript file below these folders (from the root). */
export const readSources = (folders: string[]): SourceFile[] =>
  folders.flatMap(sourcePaths).map(readSource);

/** Whether an import names this package or a part of it. */
export const isFrom = (name: string, { target, own }: Import): boolean =>
  !own && (target === name || target.startsWith(`${name}/`));
