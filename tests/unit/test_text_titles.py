"""Titles as Hugging Face gave them, and as a reader should see them."""

from __future__ import annotations

import pytest

from bot.domain import text

TITLES = [
    (
        "Simple Semi-supervised Knowledge Distillation from Vision-Language\n  Models via "
        "texttt{D}ual-texttt{H}ead\n  texttt{O}ptimization",
        "Simple Semi-supervised Knowledge Distillation from Vision-Language Models via Dual-Head Optimization",
    ),
    (
        "R^textbf{2AI}: Towards Resistant and Resilient AI in an\n  Evolving World",
        "R²AI: Towards Resistant and Resilient AI in an Evolving World",
    ),
    (
        "nabla^2DFT: A Universal Quantum Chemistry Dataset of Drug-Like\n  Molecules and a Benchmark for "
        "Neural Network Potentials",
        "∇²DFT: A Universal Quantum Chemistry Dataset of Drug-Like Molecules and a Benchmark for Neural "
        "Network Potentials",
    ),
    (
        "$\\nabla^2$DFT: A Universal Quantum Chemistry Dataset of Drug-Like Molecules and a Benchmark for "
        "Neural Network Potentials",
        "∇²DFT: A Universal Quantum Chemistry Dataset of Drug-Like Molecules and a Benchmark for Neural "
        "Network Potentials",
    ),
    (
        "V_{0.5}: Generalist Value Model as a Prior for Sparse RL Rollouts",
        "V₀.₅: Generalist Value Model as a Prior for Sparse RL Rollouts",
    ),
    (
        "Single-Layer Learnable Activation for Implicit Neural Representation\n  (SL^{2}A-INR)",
        "Single-Layer Learnable Activation for Implicit Neural Representation (SL²A-INR)",
    ),
    (
        "Single-Layer Learnable Activation for Implicit Neural Representation (SL$^{2}$A-INR)",
        "Single-Layer Learnable Activation for Implicit Neural Representation (SL²A-INR)",
    ),
    (
        "UniWeTok: An Unified Binary Tokenizer with Codebook Size 2^{128} for Unified Multimodal Large Language Model",
        "UniWeTok: An Unified Binary Tokenizer with Codebook Size 2¹²⁸ for Unified Multimodal Large Language Model",
    ),
    (
        "π_RL: Online RL Fine-tuning for Flow-based\n  Vision-Language-Action Models",
        "π_RL: Online RL Fine-tuning for Flow-based Vision-Language-Action Models",
    ),
    (
        "Visual Counter Turing Test (VCT^2): Discovering the Challenges for\n  AI-Generated Image Detection "
        "and Introducing Visual AI Index (V_AI)",
        "Visual Counter Turing Test (VCT²): Discovering the Challenges for AI-Generated Image Detection and "
        "Introducing Visual AI Index (V_AI)",
    ),
    (
        "A Simple and Effective L_2 Norm-Based Strategy for KV Cache\n  Compression",
        "A Simple and Effective L₂ Norm-Based Strategy for KV Cache Compression",
    ),
    (
        "A Simple and Effective $L_2$ Norm-Based Strategy for KV Cache Compression",
        "A Simple and Effective L₂ Norm-Based Strategy for KV Cache Compression",
    ),
    (
        "FaSTA^*: Fast-Slow Toolpath Agent with Subroutine Mining for Efficient\n  Multi-turn Image Editing",
        "FaSTA*: Fast-Slow Toolpath Agent with Subroutine Mining for Efficient Multi-turn Image Editing",
    ),
    ("S*: Test Time Scaling for Code Generation", "S*: Test Time Scaling for Code Generation"),
    (
        "GigaBrain-0.5M*: a VLA That Learns From World Model-Based Reinforcement Learning",
        "GigaBrain-0.5M*: a VLA That Learns From World Model-Based Reinforcement Learning",
    ),
    (
        "Do I look like a `cat.n.01` to you? A Taxonomy Image Generation\n  Benchmark",
        "Do I look like a `cat.n.01` to you? A Taxonomy Image Generation Benchmark",
    ),
    (
        "Evaluating the role of `Constitutions' for learning from AI feedback",
        "Evaluating the role of ‘Constitutions’ for learning from AI feedback",
    ),
    (
        "ICL CIPHERS: Quantifying \"Learning'' in In-Context Learning via\n  Substitution Ciphers",
        "ICL CIPHERS: Quantifying “Learning” in In-Context Learning via Substitution Ciphers",
    ),
    (
        "DeepSeek-R1 Thoughtology: Let's <think> about LLM Reasoning",
        "DeepSeek-R1 Thoughtology: Let's <think> about LLM Reasoning",
    ),
    (
        "TPLA: Tensor Parallel Latent Attention for Efficient Disaggregated\n  Prefill \\& Decode Inference",
        "TPLA: Tensor Parallel Latent Attention for Efficient Disaggregated Prefill & Decode Inference",
    ),
    (
        "\\$OneMillion-Bench: How Far are Language Agents from Human Experts?",
        "$OneMillion-Bench: How Far are Language Agents from Human Experts?",
    ),
    (
        "SWE-Lancer: Can Frontier LLMs Earn $1 Million from Real-World Freelance\n  Software Engineering?",
        "SWE-Lancer: Can Frontier LLMs Earn $1 Million from Real-World Freelance Software Engineering?",
    ),
    (
        "Fixing 7,400 Bugs for 1$: Cheap Crash-Site Program Repair",
        "Fixing 7,400 Bugs for 1$: Cheap Crash-Site Program Repair",
    ),
    (
        "Back to Repair: A Minimal Denoising Network\\ for Time Series Anomaly Detection",
        "Back to Repair: A Minimal Denoising Network for Time Series Anomaly Detection",
    ),
    (
        "This&That: Language-Gesture Controlled Video Generation for Robot\n  Planning",
        "This&That: Language-Gesture Controlled Video Generation for Robot Planning",
    ),
    (
        "Pass@k Training for Adaptively Balancing Exploration and Exploitation of\n  Large Reasoning Models",
        "Pass@k Training for Adaptively Balancing Exploration and Exploitation of Large Reasoning Models",
    ),
    (
        "I Don't Know: Explicit Modeling of Uncertainty with an [IDK] Token",
        "I Don't Know: Explicit Modeling of Uncertainty with an [IDK] Token",
    ),
    (
        "From P(y|x) to P(y): Investigating Reinforcement Learning in Pre-train Space",
        "From P(y|x) to P(y): Investigating Reinforcement Learning in Pre-train Space",
    ),
    (
        "ConvLLaVA: Hierarchical Backbones as Visual Encoder for Large Multimodal\n  Models",
        "ConvLLaVA: Hierarchical Backbones as Visual Encoder for Large Multimodal Models",
    ),
    (
        "LLäMmlein: Compact and Competitive German-Only Language Models from\n  Scratch",
        "LLäMmlein: Compact and Competitive German-Only Language Models from Scratch",
    ),
    (
        "γ-MoD: Exploring Mixture-of-Depth Adaptation for Multimodal Large\n  Language Models",
        "γ-MoD: Exploring Mixture-of-Depth Adaptation for Multimodal Large Language Models",
    ),
    (
        "$γ-$MoD: Exploring Mixture-of-Depth Adaptation for Multimodal Large Language Models",
        "γ-MoD: Exploring Mixture-of-Depth Adaptation for Multimodal Large Language Models",
    ),
    ("Pixtral 12B", "Pixtral 12B"),
    (
        "LLMtimesMapReduce: Simplified Long-Sequence Processing using Large\n  Language Models",
        "LLM×MapReduce: Simplified Long-Sequence Processing using Large Language Models",
    ),
    (
        "LLM$\\times$MapReduce: Simplified Long-Sequence Processing using Large Language Models",
        "LLM×MapReduce: Simplified Long-Sequence Processing using Large Language Models",
    ),
    (
        "AutoCoder: Enhancing Code Large Language Model with\n  AIEV-Instruct",
        "AutoCoder: Enhancing Code Large Language Model with AIEV-Instruct",
    ),
    (
        "AutoCoder: Enhancing Code Large Language Model with \\textsc{AIEV-Instruct}",
        "AutoCoder: Enhancing Code Large Language Model with AIEV-Instruct",
    ),
    (
        "Trans-LoRA: towards data-free Transferable Parameter\n  Efficient Finetuning",
        "Trans-LoRA: towards data-free Transferable Parameter Efficient Finetuning",
    ),
    (
        "$\\textit{Trans-LoRA}$: towards data-free Transferable Parameter Efficient Finetuning",
        "Trans-LoRA: towards data-free Transferable Parameter Efficient Finetuning",
    ),
    ("VILA^2: VILA Augmented VILA", "VILA²: VILA Augmented VILA"),
    ("$VILA^2$: VILA Augmented VILA", "VILA²: VILA Augmented VILA"),
    (
        "Look Every Frame All at Once: Video-Ma^2mba for Efficient Long-form\n  Video Understanding with "
        "Multi-Axis Gradient Checkpointing",
        "Look Every Frame All at Once: Video-Ma²mba for Efficient Long-form Video Understanding with "
        "Multi-Axis Gradient Checkpointing",
    ),
    (
        "Look Every Frame All at Once: Video-Ma$^2$mba for Efficient Long-form Video Understanding with "
        "Multi-Axis Gradient Checkpointing",
        "Look Every Frame All at Once: Video-Ma²mba for Efficient Long-form Video Understanding with "
        "Multi-Axis Gradient Checkpointing",
    ),
    ("Transformer^2: Self-adaptive LLMs", "Transformer²: Self-adaptive LLMs"),
    ("$\\text{Transformer}^2$: Self-adaptive LLMs", "Transformer²: Self-adaptive LLMs"),
    (
        "VLM^2-Bench: A Closer Look at How Well VLMs Implicitly Link Explicit\n  Matching Visual Cues",
        "VLM²-Bench: A Closer Look at How Well VLMs Implicitly Link Explicit Matching Visual Cues",
    ),
    (
        "VLM$^2$-Bench: A Closer Look at How Well VLMs Implicitly Link Explicit Matching Visual Cues",
        "VLM²-Bench: A Closer Look at How Well VLMs Implicitly Link Explicit Matching Visual Cues",
    ),
    (
        "One-step Diffusion Models with f-Divergence Distribution Matching",
        "One-step Diffusion Models with f-Divergence Distribution Matching",
    ),
    (
        "One-step Diffusion Models with $f$-Divergence Distribution Matching",
        "One-step Diffusion Models with f-Divergence Distribution Matching",
    ),
    ("Top-nσ: Not All Logits Are You Need", "Top-nσ: Not All Logits Are You Need"),
    ("Top-$nσ$: Not All Logits Are You Need", "Top-nσ: Not All Logits Are You Need"),
    (
        "τ-bench: A Benchmark for Tool-Agent-User Interaction in Real-World\n  Domains",
        "τ-bench: A Benchmark for Tool-Agent-User Interaction in Real-World Domains",
    ),
    (
        "$τ$-bench: A Benchmark for Tool-Agent-User Interaction in Real-World Domains",
        "τ-bench: A Benchmark for Tool-Agent-User Interaction in Real-World Domains",
    ),
    (
        "μLO: Compute-Efficient Meta-Generalization of Learned Optimizers",
        "μLO: Compute-Efficient Meta-Generalization of Learned Optimizers",
    ),
    (
        "$μ$LO: Compute-Efficient Meta-Generalization of Learned Optimizers",
        "μLO: Compute-Efficient Meta-Generalization of Learned Optimizers",
    ),
    (
        "L^2M: Mutual Information Scaling Law for Long-Context Language\n  Modeling",
        "L²M: Mutual Information Scaling Law for Long-Context Language Modeling",
    ),
    (
        "L$^2$M: Mutual Information Scaling Law for Long-Context Language Modeling",
        "L²M: Mutual Information Scaling Law for Long-Context Language Modeling",
    ),
]


@pytest.mark.parametrize(("raw", "read"), TITLES)
def test_a_title_reads_as_its_authors_meant_it(raw: str, read: str) -> None:
    assert text.title(raw) == read
