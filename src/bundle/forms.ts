import type { SyntaxNode } from '@lezer/common';
import type { Language } from './syntax';

/** What a node of a syntax tree declares, where it declares something. */
export interface Declared {
  /** As others name it, from the outermost: a method written outside of its type has two. */
  names: string[];
  /** A `test` is a call that declares a test or a group of them, under its title. */
  kind: 'function' | 'type' | 'namespace' | 'value' | 'test';
  /** Of a value: others can use it. */
  exported?: boolean;
}

type Form = (node: SyntaxNode, text: (node: SyntaxNode) => string) => Declared[];

/** For each language, what its trees' nodes declare, by the node's name. */
export const forms: Readonly<Record<Language, Readonly<Record<string, Form>>>> = {
  javascript: {
    ...all(named('function', 'VariableDefinition'), 'FunctionDeclaration', 'AmbientFunctionDeclaration'),
    ...all(named('type', 'VariableDefinition', 'TypeDefinition'), 'ClassDeclaration', 'InterfaceDeclaration', 'TypeAliasDeclaration', 'EnumDeclaration'),
    ...all(named('function', 'PropertyDefinition', 'PrivatePropertyDefinition'), 'MethodDeclaration', 'MethodType'),
    NamespaceDeclaration: named('namespace', 'VariableDefinition', 'String'),
    VariableDeclaration: (node, text) => {
      const exported = node.parent?.name === 'ExportDeclaration';
      return node.getChildren('VariableDefinition').map((own) => ({ names: [text(own)], kind: valueKind(own), exported }));
    },
    ...all((node, text) => {
      const own = node.getChild('PropertyDefinition') ?? node.getChild('PrivatePropertyDefinition');
      return own ? [{ names: [text(own)], kind: valueKind(own) }] : [];
    }, 'PropertyDeclaration'),
    Property: (node, text) => {
      const own = node.getChild('PropertyDefinition');
      const isFunction = own && (node.getChild('ParamList') || valueKind(own) !== 'value');
      return isFunction ? [{ names: [text(own)], kind: 'function' }] : [];
    },
    AssignmentExpression: (node, text) => {
      const target = node.firstChild;
      if (target?.name !== 'MemberExpression' || node.lastChild === null || !functions.has(node.lastChild.name)) return [];
      const names = text(target).split('.');
      const own = names.filter((name) => !/^(?:this|module|exports|prototype|window|globalThis)$/.test(name));
      return own.length && own.every((name) => /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)) ? [{ names: own, kind: 'function' }] : [];
    },
    CallExpression: (node, text) => {
      const called = node.firstChild;
      const title = node.getChild('ArgList')?.getChild('String') ?? node.getChild('ArgList')?.getChild('TemplateString');
      const isTest =
        called &&
        title &&
        /^(?:describe|context|suite|test|it)(?:\.\w+)?$/.test(text(called)) &&
        /^(?:ArrowFunction|FunctionExpression)$/.test(node.getChild('ArgList')?.lastChild?.prevSibling?.name ?? '');
      return isTest ? [{ names: [text(title).slice(1, -1)], kind: 'test' }] : [];
    },
  },
  python: {
    FunctionDefinition: named('function', 'VariableName'),
    ClassDefinition: named('type', 'VariableName'),
    AssignStatement: (node, text) => {
      const own = node.firstChild;
      return own?.name === 'VariableName' ? [{ names: [text(own)], kind: 'value', exported: /^[A-Z]/.test(text(own)) }] : [];
    },
  },
  rust: {
    FunctionItem: named('function', 'BoundIdentifier'),
    ...all(named('type', 'TypeIdentifier'), 'StructItem', 'EnumItem', 'UnionItem', 'TraitItem', 'TypeItem'),
    ...all(named('value', 'BoundIdentifier'), 'ConstItem', 'StaticItem'),
    ModItem: named('namespace', 'BoundIdentifier'),
    MacroDefinition: named('function', 'Identifier'),
    ImplItem: (node, text) => {
      const types = [...node.getChildren('TypeIdentifier'), ...node.getChildren('GenericType')].sort((a, b) => a.from - b.from);
      const own = types[types.length - 1];
      return own ? [{ names: [text(own.getChild('TypeIdentifier') ?? own)], kind: 'namespace' }] : [];
    },
  },
  go: {
    FunctionDecl: named('function', 'DefName'),
    TypeSpec: named('type', 'DefName'),
    ...all(
      (node, text) => node.getChildren('DefName').map((own) => ({ names: [text(own)], kind: 'value', exported: /^\p{Lu}/u.test(text(own)) })),
      'ConstSpec',
      'VarSpec',
    ),
    MethodDecl: (node, text) => {
      const own = node.getChild('FieldName');
      const receiver = /([\p{L}_][\p{L}\p{N}_]*)(?:\[[^\]]*\])?\s*\)$/u.exec(text(node.getChild('Parameters') ?? node))?.[1];
      return own ? [{ names: [...(receiver ? [receiver] : []), text(own)], kind: 'function' }] : [];
    },
    MethodElem: named('function', 'FieldName'),
  },
  java: {
    ...all(
      named('type', 'Definition', 'Identifier'),
      'ClassDeclaration',
      'InterfaceDeclaration',
      'EnumDeclaration',
      'RecordDeclaration',
      'AnnotationTypeDeclaration',
    ),
    ...all(named('function', 'Definition'), 'MethodDeclaration', 'ConstructorDeclaration', 'CompactConstructorDeclaration'),
    ...all(
      (node, text) => {
        const modifiers = node.getChild('Modifiers');
        const exported = modifiers !== null && /\bstatic\b/.test(text(modifiers)) && /\bfinal\b/.test(text(modifiers)) && !/\bprivate\b/.test(text(modifiers));
        return node.getChildren('VariableDeclarator').flatMap((one) => {
          const own = one.getChild('Definition');
          return own ? [{ names: [text(own)], kind: 'value', exported }] : [];
        });
      },
      'FieldDeclaration',
      'ConstantDeclaration',
    ),
  },
  cpp: {
    ...all(
      (node, text) => {
        // Without a body it is a type that is used.
        const own = node.getChild('TypeIdentifier') ?? node.getChild('TemplateType') ?? node.getChild('ScopedTypeIdentifier');
        return own && (node.getChild('FieldDeclarationList') ?? node.getChild('EnumeratorList')) ? [{ names: scoped(text(own)), kind: 'type' }] : [];
      },
      'ClassSpecifier',
      'StructSpecifier',
      'UnionSpecifier',
      'EnumSpecifier',
    ),
    NamespaceDefinition: named('namespace', 'Identifier'),
    AliasDeclaration: named('type', 'TypeIdentifier'),
    TypeDefinition: (node, text) => {
      const own = node.getChildren('TypeIdentifier').pop();
      return own ? [{ names: [text(own)], kind: 'type' }] : [];
    },
    ...all(
      (node, text) => {
        const own = declarator(node);
        const parameters = own?.getChild('ParameterList');
        if (own && parameters) return [{ names: scoped(text(own).slice(0, parameters.from - own.from)), kind: 'function' }];
        const constant = /^(?:(?:static|inline|extern)\s+)*(?:const|constexpr)\b/.test(text(node))
          ? node.getChild('InitDeclarator')?.getChild('Identifier')
          : null;
        return constant ? [{ names: [text(constant)], kind: 'value', exported: true }] : [];
      },
      'FunctionDefinition',
      'Declaration',
      'FieldDeclaration',
    ),
  },
  php: {
    ...all(named('type', 'Name'), 'ClassDeclaration', 'InterfaceDeclaration', 'TraitDeclaration', 'EnumDeclaration'),
    ...all(named('function', 'Name'), 'FunctionDefinition', 'MethodDeclaration'),
    ConstDeclaration: (node, text) =>
      node
        .getChildren('VariableDeclarator')
        .flatMap((one) => (one.getChild('Name') ? [{ names: [text(one.getChild('Name') as SyntaxNode)], kind: 'value', exported: true }] : [])),
  },
};

/** The nodes that hold a declaration's body: what stands before is its signature. */
export const bodies: ReadonlySet<string> = new Set(
  `Block ClassBody InterfaceBody EnumBody RecordBody AnnotationTypeBody ConstructorBody Body DeclarationList FieldDeclarationList EnumVariantList EnumeratorList
  CompoundStatement StructBody`.split(/\s+/),
);

/** Nodes around a declaration that belong to it: `export`, decorators, `template <…>`. */
export const wrappers: ReadonlySet<string> = new Set(
  'ExportDeclaration AmbientDeclaration DecoratedStatement TemplateDeclaration TypeDecl ConstDecl VarDecl ExpressionStatement'.split(' '),
);

const functions: ReadonlySet<string> = new Set(['ArrowFunction', 'FunctionExpression', 'ClassExpression']);

function named(kind: Declared['kind'], ...types: string[]): Form {
  return (node, text) => {
    const own = types.map((type) => node.getChild(type)).find((child) => child !== null);
    if (own) return [{ names: [text(own)], kind, exported: true }];
    return node.parent?.name === 'ExportDeclaration' ? [{ names: ['default'], kind }] : [];
  };
}

function all(form: Form, ...nodes: string[]): Record<string, Form> {
  return Object.fromEntries(nodes.map((name) => [name, form]));
}

/** What a name is given: a function is one whatever it is called by. */
function valueKind(name: SyntaxNode): 'function' | 'value' {
  for (let next = name.nextSibling; next && next.name !== ',' && next.name !== 'VariableDefinition'; next = next.nextSibling)
    if (functions.has(next.name)) return 'function';
  return 'value';
}

function declarator(node: SyntaxNode): SyntaxNode | undefined {
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name === 'FunctionDeclarator') return child;
    if (/^(?:Pointer|Reference)Declarator$/.test(child.name)) return declarator(child);
  }
  return undefined;
}

function scoped(name: string): string[] {
  return name
    .replace(/<[^<>]*>/g, '')
    .split('::')
    .map((part) => part.replace(/[*&\s]/g, ''))
    .filter(Boolean);
}
