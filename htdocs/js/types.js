/* types.js: the shapes that the server sends, for JSDoc. */

/**
 * @typedef {{items: any[], next: string|null}} Page
 * @typedef {{id: string, name: string, base_url: string, model: string, api_key_hint?: string, temperature?: number,
 *   max_tokens?: number, timeout_s?: number, at_once?: number, is_default?: boolean, context_size?: number, headers?: Record<string, string>,
 *   ca?: string, proxy?: string, insecure?: boolean, price_in?: number, price_out?: number, currency?: string,
 *   output?: string, found_output?: string, quirks?: string[], probed_at?: number, last_ok?: boolean, last_error?: string}} Model
 * @typedef {{id: string, name: string, base_url: string, auth: 'admin_key'|'password', email?: string,
 *   workspace_id?: string, secret_hint?: string, is_default?: boolean, is_sandbox?: boolean,
 *   state: 'up'|'slow'|'refused'|'unknown', version?: string, dsl_version?: string, error?: string,
 *   seen_at?: number, checked_at?: number, ca?: string, proxy?: string, insecure?: boolean,
 *   colour?: string|null, has_generator?: boolean}} Connection
 * @typedef {{id: string, kind: string, state: 'queued'|'running'|'succeeded'|'failed'|'cancelled', progress?: any,
 *   result?: any, error?: any, attempts: number, workflow_id?: string, created_at: number, started_at?: number,
 *   finished_at?: number}} Job
 * @typedef {{id: string, name: string, description?: string, tags: string[], mode?: string, last_status: string,
 *   app_id?: string, connection_id?: string, created_at: number, updated_at: number}} Workflow
 * @typedef {{node_id: string, title: string, type: string, status: string, inputs?: any, outputs?: any, error?: any,
 *   elapsed_ms?: number, started_at?: number}} RunNode
 * @typedef {{id: string, workflow_id: string, status: string, inputs?: any, outputs?: any, error?: any,
 *   elapsed_ms?: number, total_tokens?: number, total_steps?: number, dify_run_id?: string, started_at?: number,
 *   finished_at?: number, job_id?: string, nodes?: RunNode[]}} Run
 * @typedef {{code: string, tier: 'E'|'R'|'L'|'W', pointer?: string, node?: string, message_en?: string,
 *   message_zh?: string, fixable?: boolean, allowed?: string}} Finding
 */

export {};
