"""The keys that Reddit sends and that never mean anything in the sandbox, with the value they usually have.

Taken from recordings of 2023 to 2026. What a thing really knows of itself is added in `things.py`.
"""

from typing import Any

Json = dict[str, Any]


def _all(value: Any, keys: str) -> Json:
    return dict.fromkeys(keys.split(), value)


_FLAIR = {
    **_all(None, "author_flair_background_color author_flair_css_class author_flair_template_id author_flair_text"),
    **_all(None, "author_flair_text_color"),
    **_all(False, "author_patreon_flair author_premium"),
    "author_flair_richtext": [],
    "author_flair_type": "text",
}

_COMMON = {
    **_FLAIR,
    **_all(
        None,
        "approved_at_utc approved_by banned_at_utc banned_by likes mod_note mod_reason_by mod_reason_title num_reports",
    ),
    **_all(None, "removal_reason report_reasons top_awarded_type"),
    **_all(False, "author_is_blocked can_gild can_mod_post no_follow saved"),
    **_all(0, "downs gilded total_awards_received"),
    **_all([], "all_awardings awarders mod_reports treatment_tags user_reports"),
    "gildings": {},
}

POST = {
    **_COMMON,
    **_all(None, "category content_categories discussion_type link_flair_css_class link_flair_text media"),
    **_all(None, "parent_whitelist_status pwls removed_by secure_media suggested_sort view_count whitelist_status wls"),
    **_all(False, "allow_live_comments clicked contest_mode hide_score is_created_from_ads_ui is_meta"),
    **_all(False, "is_original_content is_video media_only pinned visited"),
    **_all(True, "is_crosspostable is_robot_indexable"),
    **_all({}, "media_embed secure_media_embed"),
    **_all(0, "num_crossposts num_duplicates"),
    "link_flair_background_color": "",
    "link_flair_richtext": [],
    "link_flair_text_color": "dark",
    "link_flair_type": "text",
    "upvote_ratio": 1.0,
}

# Only the moderators of the subreddit see these.
FOR_MODERATORS = _all(False, "approved ignore_reports removed spam") | {"rte_mode": "markdown"}

COMMENT = {
    **_COMMON,
    **_all(None, "associated_award collapsed_because_crowd_control collapsed_reason collapsed_reason_code"),
    **_all(None, "comment_type unrepliable_reason"),
    **_all(False, "collapsed score_hidden"),
    "controversiality": 0,
}

MESSAGE = _all(None, "associated_awarding_id distinguished first_message first_message_name likes num_comments") | {
    **_all(None, "parent_id subreddit subreddit_name_prefixed author author_fullname"),
    **_all("", "replies context"),
    "score": 0,
    "type": "unknown",
    "was_comment": False,
}

SUBREDDIT = {
    **_all(None, "banner_size emojis_custom_size header_img header_size icon_size notification_level submit_text_html"),
    **_all(None, "suggested_comment_sort user_flair_background_color user_flair_css_class user_flair_template_id"),
    **_all(None, "user_flair_text user_flair_text_color user_sr_flair_enabled whitelist_status wls"),
    **_all(False, "accounts_active_is_fuzzed all_original_content allow_chat_post_creation allow_polls"),
    **_all(False, "allow_prediction_contributors allow_predictions allow_predictions_tournament allow_talks"),
    **_all(False, "can_assign_link_flair can_assign_user_flair community_reviewed disable_contributor_requests"),
    **_all(False, "emojis_enabled has_menu_widget hide_ads link_flair_enabled original_content_tag_enabled"),
    **_all(False, "public_traffic show_media user_can_flair_in_sr user_flair_enabled_in_sr user_has_favorited"),
    **_all(False, "user_is_subscriber is_chat_post_feature_enabled"),
    **_all(
        True, "accept_followers allow_discovery allow_images allow_videogifs allow_videos collapse_deleted_comments"
    ),
    **_all(True, "collections_enabled event_posts_enabled free_form_reports is_crosspostable_subreddit"),
    **_all(True, "is_enrolled_in_new_modmail should_archive_posts should_show_media_in_comments_setting"),
    **_all(True, "show_media_preview spoilers_enabled user_sr_theme_enabled wiki_enabled"),
    **_all("", "advertiser_category banner_background_color banner_background_image banner_img community_icon"),
    **_all("", "header_title icon_img key_color mobile_banner_image primary_color submit_link_label submit_text"),
    **_all("", "submit_text_label"),
    **_all(0, "coins comment_score_hide_mins videostream_links_count"),
    **_all("right", "link_flair_position user_flair_position"),
    "comment_contribution_settings": {},
    "lang": "en",
    "prediction_leaderboard_entry_type": "IN_FEED",
    "submission_type": "any",
    "user_flair_richtext": [],
    "user_flair_type": "text",
}

SUBREDDIT_SETTINGS = {
    **_all(False, "all_original_content allow_chat_post_creation collapse_deleted_comments crowd_control_mode"),
    **_all(False, "disable_contributor_requests exclude_banned_modqueue hide_ads original_content_tag_enabled"),
    **_all(False, "public_traffic restrict_commenting restrict_posting welcome_message_enabled"),
    **_all(True, "allow_discovery allow_images allow_polls allow_post_crossposts allow_videos default_set"),
    **_all(True, "free_form_reports show_media show_media_preview spoilers_enabled"),
    **_all("", "header_hover_text key_color submit_link_label submit_text submit_text_label"),
    **_all(0, "comment_score_hide_mins crowd_control_level wiki_edit_age wiki_edit_karma"),
    **_all(1, "crowd_control_chat_level toxicity_threshold_chat_level"),
    **_all("high", "spam_links spam_selfposts"),
    **_all(None, "suggested_comment_sort welcome_message_text"),
    "content_options": "any",
    "language": "en",
    "spam_comments": "low",
    "wikimode": "disabled",
}

PROFILE = {
    **_all(None, "banner_size community_icon header_img header_size user_is_muted"),
    **_all(False, "disable_contributor_requests link_flair_enabled over_18 quarantine restrict_commenting"),
    **_all(False, "user_is_banned user_is_contributor user_is_subscriber"),
    **_all(True, "accept_followers default_set free_form_reports is_default_banner is_default_icon restrict_posting"),
    **_all(True, "show_media user_is_moderator"),
    **_all("", "banner_img description icon_img key_color link_flair_position primary_color public_description"),
    **_all("", "submit_link_label submit_text_label title"),
    "allowed_media_in_comments": [],
    "coins": 0,
    "icon_color": "#94B3FF",
    "icon_size": [256, 256],
    "previous_names": [],
    "subreddit_type": "user",
    "subscribers": 0,
}

USER = {
    **_all(False, "has_subscribed hide_from_robots is_employee is_friend is_gold is_blocked"),
    **_all(True, "accept_followers has_verified_email pref_show_snoovatar verified"),
    **_all(0, "awardee_karma awarder_karma comment_karma link_karma total_karma"),
    **_all("", "icon_img snoovatar_img"),
    "snoovatar_size": None,
}

# Only others see these of an account.
USER_FOR_OTHERS = {"accept_chats": True, "accept_pms": True}

# Only the user sees these of an account.
USER_FOR_ITSELF = {
    **_all(None, "gold_expiration suspension_expiration_utc modhash"),
    **_all(False, "can_edit_name force_password_reset has_android_subscription has_external_account"),
    **_all(False, "has_gold_subscription has_ios_subscription has_paypal_subscription has_stripe_subscription"),
    **_all(False, "has_subscribed_to_premium has_visited_new_profile in_beta in_redesign_beta is_sponsor"),
    **_all(False, "pref_nightmode pref_show_presence pref_show_trending pref_show_twitter"),
    **_all(True, "can_create_subreddit in_chat new_modmail_exists over_18 password_set pref_autoplay"),
    **_all(True, "pref_no_profanity pref_top_karma_subreddits pref_video_autoplay"),
    **_all(0, "coins gold_creddits num_friends pref_clickgadget"),
    "features": {},
    "pref_geopopular": "",
}

# What `/api/v1/me` has on top of that.
ME = {
    **_all(False, "seen_give_award_tooltip seen_layout_switch seen_premium_adblock_modal seen_redesign_modal"),
    "linked_identities": [],
    "seen_subreddit_chat_ftux": False,
}

POST_REQUIREMENTS = {
    **_all([], "body_blacklisted_strings body_regexes body_required_strings domain_blacklist domain_whitelist"),
    **_all([], "title_blacklisted_strings title_regexes title_required_strings"),
    **_all(None, "body_text_max_length body_text_min_length guidelines_text link_repost_age title_text_max_length"),
    **_all(None, "title_text_min_length gallery_captions_requirement gallery_max_items gallery_min_items"),
    **_all(None, "gallery_urls_requirement"),
    **_all("none", "body_restriction_policy link_restriction_policy"),
    "guidelines_display_policy": None,
    "is_flair_required": False,
}

PREFERENCES = {
    **_all(False, "3rd_party_data_personalized_ads 3rd_party_site_data_personalized_ads"),
    **_all(False, "3rd_party_site_data_personalized_content activity_relevant_ads allow_clicktracking"),
    **_all(False, "beta clickgadget collapse_read_messages compress creddit_autorenew domain_details"),
    **_all(False, "email_digests email_messages email_unsubscribe_all enable_default_themes force_https"),
    **_all(False, "hide_ads hide_downs hide_from_robots hide_locationbar hide_ups highlight_controversial"),
    **_all(False, "highlight_new_comments ignore_suggested_sort legacy_search live_orangereds"),
    **_all(False, "mark_messages_read monitor_mentions newwindow no_video_autoplay organic over_18"),
    **_all(False, "private_feeds profile_opt_out public_server_seconds public_votes research"),
    **_all(False, "search_include_over_18 show_flair show_gold_expiration show_link_flair show_snoovatar"),
    **_all(False, "show_stylesheets show_trending store_visits threaded_messages threaded_modmail"),
    **_all(False, "top_karma_subreddits use_global_defaults"),
    **_all(True, "collapse_left_bar label_nsfw no_profanity"),
    **_all(None, "default_theme_sr show_promote"),
    **_all("off", "media media_preview"),
    "accept_pms": "everyone",
    "content_langs": ["en"],
    "default_comment_sort": "confidence",
    "geopopular": "",
    "lang": "en",
    "min_comment_score": -4,
    "min_link_score": -4,
    "num_comments": 200,
    "numsites": 25,
}
