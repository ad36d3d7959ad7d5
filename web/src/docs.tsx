// The API's documentation, drawn from /openapi.json.

import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import "./styles/tokens.css";
import "./styles/docs.css";

interface Schema { $ref?: string; type?: string; description?: string; properties?: Record<string, Schema>; required?: string[]; items?: Schema; anyOf?: Schema[]; enum?: unknown[]; const?: unknown; title?: string; prefixItems?: Schema[] }
interface Parameter { name: string; in: string; required?: boolean; description?: string; schema?: Schema }
type Content = Record<string, { schema?: Schema }>;
interface Operation {
  summary?: string; description?: string; tags?: string[]; parameters?: Parameter[]; requestBody?: { content: Content };
  responses: Record<string, { description: string; content?: Content }>;
}
interface OpenApi { info: { title: string; version: string; description?: string }; paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } }

function Docs() {
  const [spec, setSpec] = useState<OpenApi | null>(null);
  useEffect(() => void fetch("/openapi.json").then((answer) => answer.json()).then((found) => setSpec(found as OpenApi)), []);
  if (!spec) return <p className="muted">Loading …</p>;
  return (
    <main className="docs">
      <header>
        <p className="kicker"><a href="/">{spec.info.title}</a> {spec.info.version}</p>
        <h1>The API</h1>
        <p>{spec.info.description} Errors are problem details (RFC 9457). The same as a file: <a href="/openapi.json">openapi.json</a>.</p>
      </header>
      {Object.entries(spec.paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => <OperationView key={method + path} method={method} path={path} operation={operation} spec={spec} />))}
    </main>
  );
}

function OperationView({ method, path, operation, spec }: { method: string; path: string; operation: Operation; spec: OpenApi }) {
  const body = operation.requestBody?.content["application/json"]?.schema;
  const [status, success] = Object.entries(operation.responses).find(([code]) => code.startsWith("2")) ?? [];
  const answer = Object.entries(success?.content ?? {})[0];
  return (
    <details className="operation">
      <summary><code className="method">{method.toUpperCase()}</code> <code>{path}</code> <span>{operation.description?.replaceAll("`", "")}</span></summary>
      {operation.parameters && operation.parameters.length > 0 && (
        <Fields name="Parameters" rows={operation.parameters.map((one) => [one.name, `${typeOf(one.schema)} in ${one.in}`, one.description ?? "", one.required ?? false])} />
      )}
      {body && <SchemaView name="Body" schema={body} spec={spec} />}
      {answer && <SchemaView name={`Answer ${status}, ${answer[0]}`} schema={answer[1].schema ?? {}} spec={spec} />}
    </details>
  );
}

function SchemaView({ name, schema, spec }: { name: string; schema: Schema; spec: OpenApi }) {
  const target = resolve(schema, spec);
  const rows = Object.entries(target?.properties ?? {}).map(([key, one]): Row =>
    [key, typeOf(one), one.description ?? "", target?.required?.includes(key) ?? false]);
  return rows.length > 0 ? <Fields name={name} rows={rows} /> : <p className="fields-name">{name}: {typeOf(schema)}</p>;
}

function resolve(schema: Schema, spec: OpenApi): Schema | undefined {
  return schema.$ref ? spec.components.schemas[schema.$ref.split("/").at(-1) as string] : schema;
}

function typeOf(schema: Schema | undefined): string {
  if (!schema) return "any";
  if (schema.$ref) return schema.$ref.split("/").at(-1) as string;
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" | ");
  if (schema.enum) return schema.enum.map(String).join(" | ");
  if (schema.const !== undefined) return String(schema.const);
  if (schema.type === "array") return `list of ${typeOf(schema.items)}`;
  return schema.type ?? "any";
}

type Row = [name: string, type: string, description: string, required: boolean];

function Fields({ name, rows }: { name: string; rows: Row[] }) {
  return (
    <>
      <p className="fields-name">{name}</p>
      <dl className="fields">
        {rows.map(([key, type, description, required]) => (
          <div key={key}><dt><code>{key}</code>{required && <span className="required"> required</span>}</dt><dd><span className="type">{type}</span> {description}</dd></div>
        ))}
      </dl>
    </>
  );
}

createRoot(document.getElementById("root") as HTMLElement).render(<Docs />);
