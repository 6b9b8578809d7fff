{#-
Channels with a column of their own in mmm_input_weekly, which a contract fixes; whatever is spent on
others stands under `other`.
-#}
{% macro mmm_channels() -%}
    {{ return({
        'cross_network': 'Cross-network',
        'paid_search': 'Paid Search',
        'paid_shopping': 'Paid Shopping',
        'paid_social': 'Paid Social',
        'paid_video': 'Paid Video',
        'display': 'Display',
        'paid_other': 'Paid Other',
        'affiliates': 'Affiliates',
        'audio': 'Audio',
        'email': 'Email',
        'sms': 'SMS',
        'whatsapp': 'WhatsApp',
        'wechat': 'WeChat',
    }) }}
{%- endmacro %}
