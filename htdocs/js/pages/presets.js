/* presets.js: known servers that speak the OpenAI chat completions API, so that nobody looks up an address; a hint of each is under
 * preset.ID among the texts. */

export const presets = [
  { id: 'ollama', name: 'Ollama', base_url: 'http://localhost:11434/v1', model: 'qwen3:8b' },
  { id: 'llamacpp', name: 'llama.cpp', base_url: 'http://localhost:8080/v1', model: 'default' },
  { id: 'vllm', name: 'vLLM', base_url: 'http://localhost:8000/v1', model: '' },
  { id: 'lmstudio', name: 'LM Studio', base_url: 'http://localhost:1234/v1', model: '' },
  { id: 'oneapi', name: 'one-api / new-api', base_url: 'http://localhost:3000/v1', model: '' },
  { id: 'deepseek', name: 'DeepSeek', base_url: 'https://api.deepseek.com/v1', model: 'deepseek-chat', currency: 'CNY' },
  {
    id: 'qwen',
    name: 'Qwen (DashScope)',
    base_url: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
    model: 'qwen-plus',
    currency: 'CNY',
  },
  {
    id: 'zhipu',
    name: 'GLM (Zhipu)',
    base_url: 'https://open.bigmodel.cn/api/paas/v4',
    model: 'glm-4-plus',
    currency: 'CNY',
  },
  {
    id: 'moonshot',
    name: 'Kimi (Moonshot)',
    base_url: 'https://api.moonshot.cn/v1',
    model: 'kimi-k2-0905-preview',
    currency: 'CNY',
  },
  {
    id: 'siliconflow',
    name: 'SiliconFlow',
    base_url: 'https://api.siliconflow.cn/v1',
    model: 'Qwen/Qwen3-32B',
    currency: 'CNY',
  },
  { id: 'openai', name: 'OpenAI', base_url: 'https://api.openai.com/v1', model: 'gpt-4o-mini', currency: 'USD' },
  {
    id: 'openrouter',
    name: 'OpenRouter',
    base_url: 'https://openrouter.ai/api/v1',
    model: 'qwen/qwen3-32b',
    currency: 'USD',
  },
];
